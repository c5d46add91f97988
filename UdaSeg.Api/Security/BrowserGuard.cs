using UdaSeg.Api.Errors;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>
/// Keeps pages of other origins from using what the operator's browser may: a server on loopback, or a session's cookie. A name that an attacker points at
/// 127.0.0.1 makes a foreign page look like our own (DNS rebinding), so a server without keys answers to loopback's names only.
/// </summary>
internal static class BrowserGuard
{
    public static void UseBrowserGuard(this WebApplication app)
    {
        UdaSegSettings settings = app.Services.GetRequiredService<UdaSegSettings>();
        app.Use((context, next) =>
        {
            if (settings.IsOpen && !RequestOrigin.IsLoopback(context.Request.Host.Host))
            {
                return Problem.WriteAsync(context, Problem.Of(
                    context, 421, "host-not-loopback", "Misdirected request", "Without API keys the server answers to localhost, 127.0.0.1 and [::1] only."));
            }

            if (RequestOrigin.Changes(context.Request) && !RequestOrigin.IsAllowed(context.Request, settings.Cors))
            {
                return Problem.WriteAsync(context, Problem.Of(
                    context, 403, "cross-origin-refused", "Forbidden", "Pages of that origin may not change anything here. UdaSeg:Cors:Origins names those that may."));
            }

            return next(context);
        });
    }
}
