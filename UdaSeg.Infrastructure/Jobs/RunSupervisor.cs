using Hangfire;
using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// The training job: starts <c>train --run {id}</c> as a child process, watches it, passes a cancel on, and records how it ended. Nothing that happens
/// in training (a native abort, no memory left) reaches the server, and the device's memory always comes back.
/// </summary>
internal sealed class RunSupervisor(
    RunStore runs, RunLedger ledger, RunDeaths deaths, CheckpointStore checkpoints, AliasStore aliases, IJobQueue queue, IChildProgram program,
    TimeProvider clock, ServerStopping server, ILogger<RunSupervisor> log)
{
    [AutomaticRetry(Attempts = 0)]
    public void Run(Guid runId)
    {
        CancellationToken stopping = server.Token;
        if (stopping.IsCancellationRequested || !TryStart(runId)) return;
        ChildEnd end;
        try
        {
            end = new ChildProcess(clock).Run(
                program.Command("train", "--run", runId.ToString()),
                () => stopping.IsCancellationRequested || runs.Find(runId)?.Status == RunStatus.Cancelling,
                pid => log.LogInformation("Run {Run} trains in process {Pid}", runId, pid));
        }
        catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or IOException)
        {
            log.LogError(fault, "The trainer of run {Run} cannot be started", runId);
            ledger.Write(runId, run => run.IsOpen() ? run.Fail(clock.GetUtcNow(), "trainer-unstartable", "The server cannot start a trainer process.") : run);
            return;
        }

        log.LogInformation("The trainer of run {Run} {End}", runId, TrainerExit.Describe(end.ExitCode));
        Settle(runId, end, stopping.IsCancellationRequested);
    }

    // Of two deliveries of one job, one starts the run.
    private bool TryStart(Guid runId)
    {
        if (runs.Find(runId) is null) return false;
        (TrainingRun before, TrainingRun after) = ledger.Write(runId, run => run.Status == RunStatus.Queued ? run.Start(clock.GetUtcNow()) : run);
        return before.Status == RunStatus.Queued && after.Status == RunStatus.Running;
    }

    private void Settle(Guid runId, ChildEnd end, bool serverStops)
    {
        string cause = TrainerExit.Describe(end.ExitCode);
        if (end.ExitCode == TrainerExit.Finished)
        {
            NameDefault(runId);
            ledger.Write(runId, run => run.IsOpen() ? run.Succeed(clock.GetUtcNow()) : run);
            return;
        }

        RunEntry[] lastWords = end.LastLines.Count == 0 || end.ExitCode is TrainerExit.Cancelled or TrainerExit.Failed
            ? []
            : [new RunEntry(RunEventKinds.Log, new LogEntry("The trainer's last words:\n" + string.Join('\n', end.LastLines)))];
        (_, TrainingRun after) = ledger.Write(runId, run => run.Status switch
        {
            RunStatus.Cancelling => run.Cancelled(clock.GetUtcNow()),
            RunStatus.Running when end.ExitCode == TrainerExit.Failed =>
                run.Fail(clock.GetUtcNow(), "trainer-failed", "The trainer failed without saying why."),
            RunStatus.Running => run.Interrupt(),
            _ => run, // the child recorded its failure itself
        }, serverStops ? RunDeaths.ServerStopped : cause, lastWords);
        if (after.Status == RunStatus.Interrupted && !serverStops) StartAgain(runId, cause);
    }

    private void StartAgain(Guid runId, string cause)
    {
        int fruitless = deaths.CountFruitless(runId);
        (_, TrainingRun after) = ledger.Write(runId, run => run switch
        {
            { Status: not RunStatus.Interrupted } => run,
            _ when fruitless >= RunDeaths.MaxFruitless => run.Fail(
                clock.GetUtcNow(), "trainer-crashed", $"The trainer died {fruitless} times without getting further; the last time it was {cause}."),
            _ => run.Requeue(),
        }, "started again by itself");
        if (after.Status == RunStatus.Queued) queue.EnqueueRun(runId);
    }

    /// <summary>The first model of a fresh installation is served without further ado.</summary>
    private void NameDefault(Guid runId)
    {
        if (checkpoints.LastOfRun(runId) is not { } last || !aliases.TryAdd(AliasStore.Default, last)) return;
        log.LogInformation("The alias default now serves checkpoint {Checkpoint}", last);
    }
}

/// <summary>Data of a <c>log</c> event.</summary>
internal sealed record LogEntry(string Message);

internal static class OpenRuns
{
    /// <returns>Whether a trainer may be at work on it.</returns>
    public static bool IsOpen(this TrainingRun run) => run.Status is RunStatus.Running or RunStatus.Cancelling;
}
