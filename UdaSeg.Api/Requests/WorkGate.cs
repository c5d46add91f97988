using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Requests;

/// <summary>Lets a few requests compute at a time and a few more wait; the rest is answered 503 at once, so that a crowd costs no memory.</summary>
internal sealed class WorkGate(int workers, int waiting)
{
    private readonly SemaphoreSlim _workers = new(workers);
    private int _present;

    public int Active => workers - _workers.CurrentCount;

    public int Waiting => Math.Max(0, Volatile.Read(ref _present) - Active);

    /// <summary>Dispose the pass when the work is done.</summary>
    /// <exception cref="RuleViolationException"><c>queue-full</c> (503).</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _present) > workers + waiting)
        {
            Interlocked.Decrement(ref _present);
            throw new RuleViolationException(RuleKind.Busy, "queue-full", $"{workers} requests are being computed and {waiting} are waiting; come back later.");
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

    private sealed class Pass(WorkGate gate) : IDisposable
    {
        private WorkGate? _gate = gate;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _gate, null) is not { } left) return;
            Interlocked.Decrement(ref left._present);
            left._workers.Release();
        }
    }
}

/// <summary>One gate a kind of work: a crowd of alignments must not keep segmentations waiting.</summary>
internal sealed class WorkGates(LimitSettings limits)
{
    public WorkGate Alignments { get; } = new(limits.MaxConcurrentAlignments, limits.MaxWaitingAlignments);

    public WorkGate Segmentations { get; } = new(limits.MaxConcurrentSegmentations, limits.MaxWaitingSegmentations);
}
