using System.Threading.RateLimiting;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Limits;

/// <summary>
/// So many a minute for each caller: a bucket of tokens that fills evenly, so that a minute's share may be used at once. Buckets that are full again are
/// forgotten, so a crowd of addresses costs no memory for long.
/// </summary>
/// <param name="perMinute">0: no limit.</param>
/// <param name="what">Is counted, for the refusal: <c>requests</c>.</param>
internal sealed class Quota(int perMinute, string what) : IDisposable
{
    private readonly PartitionedRateLimiter<string>? _buckets = perMinute == 0 ? null : PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
        }));

    private TimeSpan Period => TimeSpan.FromMinutes(1) / perMinute;

    /// <exception cref="RuleViolationException"><c>quota-exceeded</c> (429).</exception>
    public void Take(string caller)
    {
        if (_buckets is null) return;
        using RateLimitLease lease = _buckets.AttemptAcquire(caller);
        if (!lease.IsAcquired) throw Exceeded(lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : Period);
    }

    /// <summary>Takes nothing, and refuses when nothing is left.</summary>
    /// <exception cref="RuleViolationException"><c>quota-exceeded</c> (429).</exception>
    public void Check(string caller)
    {
        // Asked for no tokens, the limiter would be content with the beginning of one.
        if (_buckets?.GetStatistics(caller) is { CurrentAvailablePermits: < 1 }) throw Exceeded(Period);
    }

    public void Dispose() => _buckets?.Dispose();

    private RuleViolationException Exceeded(TimeSpan wait) =>
        new(RuleKind.Quota, "quota-exceeded", $"At most {perMinute} {what} a minute are answered. Retry-After tells when to come back.") { RetryAfter = wait };
}
