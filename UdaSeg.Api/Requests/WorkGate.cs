using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Requests;

/// <summary>Lets a few requests compute at a time and a few more wait; the rest is answered 503 at once, so that a crowd costs no memory.</summary>
internal sealed class WorkGate(int workers, int waiting, TimeProvider? clock = null)
{
    /// <summary>What nobody waits for in vain or comes back to without need.</summary>
    private const double LeastRetry = 1, MostRetry = 60;

    /// <summary>Weight of the newest time in the mean: some ten requests are remembered.</summary>
    private const double Newest = 0.1;

    private readonly SemaphoreSlim _workers = new(workers);
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private int _present;
    private double _meanSeconds;

    public int Active => workers - _workers.CurrentCount;

    public int Waiting => Math.Max(0, Volatile.Read(ref _present) - Active);

    /// <summary>Before a body is read: what would be turned away after it may as well be turned away now.</summary>
    /// <exception cref="RuleViolationException"><c>queue-full</c> (503).</exception>
    public void ThrowIfFull()
    {
        if (Volatile.Read(ref _present) >= workers + waiting) throw Full();
    }

    /// <summary>Dispose the pass when the work is done.</summary>
    /// <exception cref="RuleViolationException"><c>queue-full</c> (503).</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _present) > workers + waiting)
        {
            Interlocked.Decrement(ref _present);
            throw Full();
        }

        try
        {
            await _workers.WaitAsync(cancel);
        }
        catch
        {
            Interlocked.Decrement(ref _present);
            throw;
        }

        return new Pass(this);
    }

    /// <summary>Tells when all that is here now will have been done, by how long the last requests took.</summary>
    private RuleViolationException Full()
    {
        double seconds = Volatile.Read(ref _meanSeconds) * (workers + waiting) / workers;
        return new(RuleKind.Busy, "queue-full", $"{workers} requests are being computed and {waiting} are waiting; come back later.")
        {
            RetryAfter = TimeSpan.FromSeconds(Math.Clamp(seconds, LeastRetry, MostRetry)),
        };
    }

    private void Took(TimeSpan time)
    {
        double mean, next;
        do
        {
            mean = Volatile.Read(ref _meanSeconds);
            next = mean == 0 ? time.TotalSeconds : mean + (Newest * (time.TotalSeconds - mean));
        }
        while (Interlocked.CompareExchange(ref _meanSeconds, next, mean) != mean);
    }

    private sealed class Pass(WorkGate gate) : IDisposable
    {
        private readonly long _start = gate._clock.GetTimestamp();
        private WorkGate? _gate = gate;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _gate, null) is not { } left) return;
            left.Took(left._clock.GetElapsedTime(_start));
            Interlocked.Decrement(ref left._present);
            left._workers.Release();
        }
    }
}

/// <summary>One gate a kind of work: a crowd of alignments must not keep segmentations waiting.</summary>
internal sealed class WorkGates(LimitSettings limits, TimeProvider clock)
{
    public WorkGate Alignments { get; } = new(limits.MaxConcurrentAlignments, limits.MaxWaitingAlignments, clock);

    public WorkGate Segmentations { get; } = new(limits.MaxConcurrentSegmentations, limits.MaxWaitingSegmentations, clock);
}
