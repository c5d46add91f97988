using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>What an attempt's end means for its run: success, a failure that would repeat, or another attempt.</summary>
internal sealed class RunEndings(
    RunLedger ledger, RunDeaths deaths, CheckpointStore checkpoints, AliasStore aliases, IJobQueue queue, TimeProvider clock, ILogger<RunEndings> log)
{
    /// <summary>The database may be away at the very moment; the lease waits longer than a restart takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <param name="run">As it was started.</param>
    /// <param name="death">What its child's end would mean, were it a death.</param>
    /// <param name="end">Of its child.</param>
    /// <param name="serverStops">Whether the child was asked to stop for that.</param>
    /// <exception cref="RunLostException">Another attempt has begun.</exception>
    public void Settle(TrainingRun run, RunDeath death, ChildEnd end, bool serverStops)
    {
        if (end.ExitCode == TrainerExit.Finished && HasItsModel(run))
        {
            NameDefault(run.Id);
            Patiently(() => ledger.WriteUnder(run.Attempt, run.Id, now => now.Succeed(clock.GetUtcNow())));
            return;
        }

        RunEntry[] lastWords = end.LastLines.Count == 0 || end.ExitCode is TrainerExit.Cancelled or TrainerExit.Failed
            ? []
            : [new RunEntry(RunEventKinds.Log, new LogEntry("The trainer's last words:\n" + string.Join('\n', end.LastLines)))];
        (_, TrainingRun after) = Patiently(() => ledger.Write(run.Id, now => now switch
        {
            _ when now.Attempt != run.Attempt => throw new RunLostException(),
            { Status: RunStatus.Cancelling } => now.Cancelled(clock.GetUtcNow()),
            { Status: RunStatus.Running } when end.ExitCode == TrainerExit.Failed =>
                now.Fail(clock.GetUtcNow(), "trainer-failed", "The trainer failed without saying why."),
            { Status: RunStatus.Running } => now.Interrupt(),
            _ => now, // the child recorded its failure itself
        }, serverStops ? RunDeaths.ServerStopped : death.Cause, lastWords));
        if (after.Status == RunStatus.Interrupted) StartAgain(run.Id, serverStops ? null : death);
    }

    /// <summary>Queues an interrupted run again, or fails one whose trainer would die again.</summary>
    /// <param name="run">That is interrupted.</param>
    /// <param name="death">Null when the trainer is not to blame.</param>
    public void StartAgain(Guid run, RunDeath? death)
    {
        int fruitless = death is null ? 0 : deaths.CountFruitless(run);
        (_, TrainingRun after) = Patiently(() => ledger.Write(run, now => now switch
        {
            { Status: not RunStatus.Interrupted } => now,
            _ when death is not null && fruitless >= death.MaxFruitless => now.Fail(clock.GetUtcNow(), death.Code, death.Advice(fruitless)),
            _ => now.Requeue(),
        }, "started again by itself"));
        if (after.Status == RunStatus.Queued) queue.EnqueueRun(run);
    }

    // An exit code alone does not make a run succeed.
    private bool HasItsModel(TrainingRun run) => Patiently(() => checkpoints.HasStage(run.Id, run.Plan.Stages));

    /// <summary>The first model of a fresh installation is served without further ado.</summary>
    private void NameDefault(Guid runId)
    {
        if (Patiently(() => checkpoints.LastOfRun(runId)) is not { } last || !Patiently(() => aliases.TryAdd(AliasStore.Default, last))) return;
        log.LogInformation("The alias default now serves checkpoint {Checkpoint}", last);
    }

    private T Patiently<T>(Func<T> work) => DatabaseOutage.RideOut(clock, Patience, work);
}

/// <summary>Data of a <c>log</c> event.</summary>
internal sealed record LogEntry(string Message);
