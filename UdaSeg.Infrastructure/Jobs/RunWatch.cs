using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// What a supervisor does while its child trains: keeps the lease, and looks for a reason to stop. A database that cannot be reached is no reason: the
/// child goes on, and whoever could take the run away cannot reach it either.
/// </summary>
internal sealed class RunWatch(TrainingRun run, RunStore runs, RunLeases leases, RunLeaseTimes times, TimeProvider clock, CancellationToken stopping, ILogger log)
{
    private long _beaten = clock.GetTimestamp();
    private bool _silent;

    /// <summary>Whether the lease went to another: nothing may be written for the run any more.</summary>
    public bool Lost { get; private set; }

    /// <summary>Whether a client wanted the child killed.</summary>
    public bool KillAsked { get; private set; }

    /// <summary>Asked some four times a second.</summary>
    public ChildOrder Order()
    {
        try
        {
            if (clock.GetElapsedTime(_beaten) >= times.Beat)
            {
                Lost = !leases.Beat(run.Id, LeaseOwner.Self, run.Attempt);
                _beaten = clock.GetTimestamp();
            }

            TrainingRun? now = runs.Find(run.Id);
            _silent = false;
            if (now is null || now.Attempt != run.Attempt) Lost = true;
            if (Lost) return ChildOrder.Kill;
            KillAsked = now is { Status: RunStatus.Cancelling, Cancellation.Mode: CancelMode.Now };
            if (KillAsked) return ChildOrder.Kill;
            if (now!.Status == RunStatus.Cancelling) return ChildOrder.Stop;
        }
        catch (Exception fault) when (DatabaseOutage.IsOutage(fault))
        {
            if (!_silent) log.LogWarning("The database is out of reach while run {Run} trains: {Reason}", run.Id, fault.Message);
            _silent = true;
        }

        return stopping.IsCancellationRequested ? ChildOrder.Stop : ChildOrder.None;
    }
}

/// <param name="Timeout">A lease that stands still for so long may be taken away.</param>
/// <param name="Beat">Between two beats of an owner.</param>
internal sealed record RunLeaseTimes(TimeSpan Timeout, TimeSpan Beat)
{
    public RunLeaseTimes(TimeSpan timeout)
        : this(timeout, timeout / 6)
    {
    }
}
