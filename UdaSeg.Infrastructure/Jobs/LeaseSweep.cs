using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Takes runs away from owners that are gone or silent, and queues them again. Runs on every host that trains: any of them may be the one that is left.
/// </summary>
internal sealed class LeaseSweep(
    RunLeases leases, RunStore runs, RunLedger ledger, RunEndings endings, RunQueueCheck waiting, RunLeaseTimes times, UdaSegSettings settings,
    TimeProvider clock, ILogger<LeaseSweep> log)
    : BackgroundService
{
    private readonly Dictionary<Guid, (LeaseSight Sight, long Since)> _seen = [];

    /// <summary>Causes of an interruption that is not the trainer's doing.</summary>
    public const string Silent = "its worker fell silent", Gone = "its worker is gone";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Role == ServerRole.Api) return;
        using var timer = new PeriodicTimer(times.Beat, clock);
        do
        {
            await Task.Run(SweepOnce, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal void SweepOnce()
    {
        try
        {
            foreach (LeaseSight sight in leases.Look()) Judge(sight);
            foreach (TrainingRun run in runs.ListByStatus(RunStatus.Interrupted)) endings.StartAgain(run.Id, null); // whoever interrupted it died before this
            waiting.Requeue();
        }
        catch (Exception fault) when (DatabaseOutage.IsOutage(fault))
        {
            // What was seen before the outage says nothing: owners could not beat either.
            _seen.Clear();
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Leases could not be looked at");
        }
    }

    private void Judge(LeaseSight sight)
    {
        bool gone = sight.Owner is not null && LeaseOwner.IsGone(sight.Owner);
        if (!gone && (!_seen.TryGetValue(sight.Run, out (LeaseSight Sight, long Since) before) || before.Sight != sight))
        {
            _seen[sight.Run] = (sight, clock.GetTimestamp());
            return;
        }

        if (!gone && clock.GetElapsedTime(_seen[sight.Run].Since) < times.Timeout) return;
        _seen.Remove(sight.Run);
        TakeAway(sight, gone ? Gone : Silent);
    }

    private void TakeAway(LeaseSight sight, string cause)
    {
        try
        {
            (TrainingRun before, TrainingRun after) = ledger.WriteUnder(sight.Epoch, sight.Run, run => run.Status == RunStatus.Cancelling
                ? run.Cancelled(clock.GetUtcNow()) // what was asked for has come to pass
                : run.Interrupt(), cause);
            log.LogWarning("Run {Run}, attempt {Attempt}: {Cause} ({Owner}); the run is now {Status}", sight.Run, before.Attempt, cause, sight.Owner, after.Status);
            if (after.Status == RunStatus.Interrupted) endings.StartAgain(sight.Run, null);
        }
        catch (RunLostException)
        {
            // it ended or was taken meanwhile
        }
    }
}
