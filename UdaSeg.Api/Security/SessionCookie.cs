using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>
/// What a browser sends where a page cannot set headers: pictures, downloads, Swagger UI, the dashboard. It names a key by its hash, so that a key that is
/// taken out of the settings ends its sessions; what the key may do is looked up each time.
/// </summary>
internal sealed class SessionCookie(KeyRing keys)
{
    public const string Name = "udaseg-session";
    public const string Scheme = "Session";

    /// <summary>Without a request for so long a session ends.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>However busy, it ends then: an open page asks again and again by itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private const string KeyHash = "key", Began = "began";

    public static void Describe(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.Path = "/";
        options.ExpireTimeSpan = Idle;
        options.SlidingExpiration = true;
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    /// <param name="context">Of a request that came with a key or a token.</param>
    /// <param name="caller">Who it is.</param>
    /// <param name="until">When the token ends; null for a key.</param>
    public Task BeginAsync(HttpContext context, Caller caller, DateTimeOffset? until, TimeProvider clock)
    {
        var properties = new AuthenticationProperties { ExpiresUtc = until, AllowRefresh = until is null };
        properties.Items[Began] = clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (caller.Kind == CallerKind.ApiKey) properties.Items[KeyHash] = keys.HashOf(caller.Name);
        return context.SignInAsync(Scheme, caller.ToPrincipal(), properties);
    }

    private static Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        KeyRing keys = context.HttpContext.RequestServices.GetRequiredService<KeyRing>();
        DateTimeOffset now = (context.Options.TimeProvider ?? TimeProvider.System).GetUtcNow();
        if (!context.Properties.Items.TryGetValue(Began, out string? began) || !long.TryParse(began, out long seconds)
            || now - DateTimeOffset.FromUnixTimeSeconds(seconds) > Longest)
        {
            context.RejectPrincipal();
        }
        else if (context.Properties.Items.TryGetValue(KeyHash, out string? hash))
        {
            if (keys.FindHash(Convert.FromHexString(hash!)) is { } key) context.ReplacePrincipal(new Caller(key.Name, key.Role, CallerKind.ApiKey).ToPrincipal());
            else context.RejectPrincipal();
        }
        else if (!context.HttpContext.RequestServices.GetRequiredService<UdaSegSettings>().Oidc.IsSet)
        {
            context.RejectPrincipal(); // begun by a token, which is no longer accepted
        }

        return Task.CompletedTask;
    }
}
