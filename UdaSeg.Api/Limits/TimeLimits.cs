using Microsoft.AspNetCore.Http.Timeouts;
using UdaSeg.Api.Errors;
using UdaSeg.Api.OpenApi;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Limits;

/// <summary>The time that a computed answer may take, from the request's first line on, with the receipt of its body and the wait in the queue.</summary>
internal static class TimeLimits
{
    private const string Computed = "computed";

    public static IServiceCollection AddTimeLimits(this IServiceCollection services, LimitSettings limits) =>
        services.AddRequestTimeouts(timeouts => timeouts.AddPolicy(Computed, new RequestTimeoutPolicy
        {
            Timeout = TimeSpan.FromSeconds(limits.RequestSeconds),
            TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
            WriteTimeoutResponse = context => WriteAsync(context, limits.RequestSeconds),
        }));

    /// <summary>The handler's token stops it when the time is over, and the client is answered 504 <c>timed-out</c>.</summary>
    public static RouteHandlerBuilder EndsInTime(this RouteHandlerBuilder route)
    {
        route.WithRequestTimeout(Computed);
        return route.Fails(504);
    }

    private static Task WriteAsync(HttpContext context, int seconds)
    {
        context.RequestAborted = CancellationToken.None; // the token that ran out would stop this answer too
        return Problem.WriteAsync(
            context, Problem.Of(context, 504, "timed-out", "Timed out", $"The answer was not ready after {seconds} seconds, and its work was given up."));
    }
}
