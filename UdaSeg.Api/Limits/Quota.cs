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

    /// <exception cref="RuleViolationException"><c>quota-exceeded</c> (429).</exception>
    public void Take(string caller) => Take(caller, 1);

    /// <summary>Takes nothing, and refuses when nothing is left.</summary>
    /// <exception cref="RuleViolationException"><c>quota-exceeded</c> (429).</exception>
    public void Check(string caller) => Take(caller, 0);

    public void Dispose() => _buckets?.Dispose();

    private void Take(string caller, int tokens)
    {
        if (_buckets is null) return;
        using RateLimitLease lease = _buckets.AttemptAcquire(caller, tokens);
        if (lease.IsAcquired) return;

        // For no token at all the limiter knows no time; the next one comes after the same time.
        TimeSpan wait = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan told) && told > TimeSpan.Zero ? told : TimeSpan.FromMinutes(1) / perMinute;
        throw new RuleViolationException(RuleKind.Quota, "quota-exceeded", $"At most {perMinute} {what} a minute are answered. Retry-After tells when to come back.")
        {
            RetryAfter = wait,
        };
    }
}
