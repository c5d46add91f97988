using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Net.Http.Headers;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Hosting;

/// <summary>Lets pages of the configured origins use the interface (<c>UdaSeg:Cors:Origins</c>). Without any, answers bear no trace of it.</summary>
internal static class Cors
{
    private static readonly PathString[] Covered = ["/api/v1", "/health"];

    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromHours(1);

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>What a page may send.</summary>
    private static readonly string[] Sent =
    [
        HeaderNames.Accept, HeaderNames.Authorization, HeaderNames.ContentType, HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfRange,
        HeaderNames.Range, "Idempotency-Key", "Last-Event-ID", "X-Api-Key",
    ];

    /// <summary>What a page may read, beside the few that browsers show anyway.</summary>
    private static readonly string[] Shown =
    [
        HeaderNames.AcceptRanges, HeaderNames.ContentDisposition, HeaderNames.ContentRange, HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter,
        "Idempotent-Replayed", "Server-Timing", "X-Checkpoint", "X-Engine", "X-Gamma", "X-Reference-Sample",
    ];

    public static IServiceCollection AddUdaSegCors(this IServiceCollection services, CorsSettings settings) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy => Describe(policy, settings)));

    /// <summary>Before whatever may answer, errors included: their answers are a page's to read too.</summary>
    public static void UseUdaSegCors(this WebApplication app)
    {
        CorsSettings settings = app.Services.GetRequiredService<UdaSegSettings>().Cors;
        if (settings.Origins.Count == 0) return;
        app.UseWhen(context => Covered.Any(path => context.Request.Path.StartsWithSegments(path)), covered =>
        {
            if (!settings.AnyOrigin) covered.Use(VaryAsync);
            covered.UseCors();
        });
    }

    private static void Describe(CorsPolicyBuilder policy, CorsSettings settings)
    {
        policy.WithMethods(Methods).WithHeaders(Sent).WithExposedHeaders(Shown).SetPreflightMaxAge(PreflightMaxAge);
        if (settings.AnyOrigin) policy.AllowAnyOrigin();
        else policy.WithOrigins([.. settings.Origins]).AllowCredentials();
    }

    // A cache must not give one origin's answer to another, nor one that was got without an origin.
    private static Task VaryAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            if (!context.Response.Headers.Vary.Contains(HeaderNames.Origin)) context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
            return Task.CompletedTask;
        });
        return next(context);
    }
}
