using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <param name="Authentication">Whether the service asks for keys at all.</param>
/// <param name="Name">Whose key or token it is; null for nobody.</param>
/// <param name="Role"><c>viewer</c>, <c>trainer</c> or <c>admin</c>; null for nobody, and for a token that names no role.</param>
/// <param name="By"><c>nothing</c>, <c>apiKey</c>, <c>token</c> or <c>session</c>: how the caller is known.</param>
public sealed record SessionAnswer(bool Authentication, string? Name, string? Role, string By);

/// <summary>Who calls, and the cookie for browsers.</summary>
internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder session = v1.MapGroup("/session").WithTags("Session");
        session.MapGet("/", Get).ForAnyone().WithName("getSession");
        session.MapPost("/", Create).Needs(AccessRole.Viewer).WithName("createSession");
        session.MapDelete("/", (Delegate)Delete).ForAnyone().WithName("deleteSession").Produces(204);
    }

    /// <summary>Tells who calls.</summary>
    /// <remarks>Answers anybody, so that a page knows whether to ask for a key.</remarks>
    internal static Ok<SessionAnswer> Get(HttpContext context, UdaSegSettings settings) => Answer(context, settings);

    /// <summary>Begins a browser's session.</summary>
    /// <remarks>
    /// Sent with a key or a token, answers with a cookie that stands for it in this browser: for pictures, downloads and links. It ends after half an hour
    /// without requests, after twelve hours, and with the token; the key itself is not kept.
    /// </remarks>
    internal static async Task<Ok<SessionAnswer>> Create(
        HttpContext context, UdaSegSettings settings, SessionCookie cookie, IOptionsMonitor<CookieAuthenticationOptions> options)
    {
        if (Caller.Of(context.User) is { Kind: CallerKind.ApiKey or CallerKind.Token } caller)
        {
            AuthenticateResult known = await context.AuthenticateAsync(AccessScheme.Name);
            TimeProvider clock = options.Get(SessionCookie.Scheme).TimeProvider ?? TimeProvider.System;
            await cookie.BeginAsync(context, caller, known.Properties?.ExpiresUtc, clock);
        }

        return Answer(context, settings);
    }

    /// <summary>Ends the browser's session.</summary>
    internal static async Task<NoContent> Delete(HttpContext context)
    {
        await context.SignOutAsync(SessionCookie.Scheme);
        return TypedResults.NoContent();
    }

    private static Ok<SessionAnswer> Answer(HttpContext context, UdaSegSettings settings)
    {
        context.Response.Headers.CacheControl = "no-store";
        Caller? caller = Caller.Of(context.User);
        string by = caller?.Kind switch
        {
            CallerKind.ApiKey => "apiKey",
            CallerKind.Token => "token",
            CallerKind.Session => "session",
            _ => "nothing",
        };
        return TypedResults.Ok(new SessionAnswer(!settings.IsOpen, caller?.Name, caller?.Role is { } role ? AccessPolicies.NameOf(role) : null, by));
    }
}
