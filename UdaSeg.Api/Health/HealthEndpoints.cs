using UdaSeg.Api.Security;
using UdaSeg.Infrastructure.Serving;

namespace UdaSeg.Api.Health;

/// <param name="Status"><c>live</c>, <c>ready</c> or <c>unready</c>.</param>
/// <param name="Checks">What was looked at.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<HealthCheck> Checks);

/// <param name="Name">Such as <c>database</c>.</param>
/// <param name="Ok">Whether it works.</param>
/// <param name="Detail">Why not.</param>
internal sealed record HealthCheck(string Name, bool Ok, string? Detail);

/// <summary>For load balancers and operators.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", GetLive).ForAnyone().WithName("getLive").WithTags("Service");
        app.MapGet("/health/ready", GetReady).ForAnyone().WithName("getReady").WithTags("Service").Produces<HealthAnswer>().Produces<HealthAnswer>(503);
    }

    /// <summary>The process answers</summary>
    private static HealthAnswer GetLive() => new("live", []);

    /// <summary>The server can take requests</summary>
    private static async Task<IResult> GetReady(IEnumerable<IReadinessCheck> checks, ILogger<HealthAnswer> log, CancellationToken cancel)
    {
        HealthCheck[] found = await FindAsync(checks, log, cancel);
        bool ready = found.All(c => c.Ok);
        return TypedResults.Json(new HealthAnswer(ready ? "ready" : "unready", found), statusCode: ready ? 200 : 503);
    }

    /// <summary>All checks, at the same time.</summary>
    public static Task<HealthCheck[]> FindAsync(IEnumerable<IReadinessCheck> checks, ILogger log, CancellationToken cancel) =>
        Task.WhenAll(checks.OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => RunAsync(c, log, cancel)));

    private static async Task<HealthCheck> RunAsync(IReadinessCheck check, ILogger log, CancellationToken cancel)
    {
        try
        {
            string? fault = await check.CheckAsync(cancel).AsTask().WaitAsync(Patience, cancel);
            return new HealthCheck(check.Name, fault is null, fault);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogWarning(fault, "The readiness check {Check} failed", check.Name);
            return new HealthCheck(check.Name, false, fault is TimeoutException ? "It does not answer." : "It failed; the log says why.");
        }
    }
}
