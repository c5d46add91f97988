using System.Diagnostics;
using Hangfire;
using Microsoft.Extensions.Logging;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Telemetry;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// The training job: takes the run's lease, starts <c>train --run {id}</c> as a child process, keeps the lease while it trains, passes a cancel on, and
/// records how it ended. Nothing that happens in training (a native abort, no memory left) reaches the server, and the device's memory always comes back.
/// </summary>
internal sealed class RunSupervisor(
    RunStore runs, RunLedger ledger, RunLeases leases, RunLeaseTimes times, RunEndings endings, IChildProgram program, TimeProvider clock,
    ServerStopping server, ILogger<RunSupervisor> log)
{
    [AutomaticRetry(Attempts = 0)]
    public void Run(Guid runId)
    {
        CancellationToken stopping = server.Token;
        if (stopping.IsCancellationRequested || ledger.TryTake(runId, LeaseOwner.Self) is not { } run) return; // of two deliveries of one job, one starts the run
        using Activity span = Tracing.Begin("train").SetTag("run", runId).SetTag("attempt", run.Attempt);
        var watch = new RunWatch(run, runs, leases, times, clock, stopping, log);
        long kills = MemoryKills.Count();
        try
        {
            ChildEnd end = new ChildProcess(clock).Run(
                program.Command("train", "--run", runId.ToString(), "--epoch", run.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                watch.Order,
                pid => log.LogInformation("Run {Run} trains in process {Pid}, attempt {Attempt}", runId, pid, run.Attempt),
                line => log.LogWarning("The trainer of run {Run} says: {Line}", runId, line));
            log.LogInformation("The trainer of run {Run} {End}", runId, TrainerExit.Describe(end.ExitCode));
            if (watch.Lost || end.ExitCode == TrainerExit.Lost) return;
            endings.Settle(run, RunDeath.Of(end, outOfMemory: MemoryKills.Count() > kills, watch.KillAsked), end, stopping.IsCancellationRequested);
        }
        catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or IOException)
        {
            log.LogError(fault, "The trainer of run {Run} cannot be started", runId);
            ledger.WriteUnder(run.Attempt, runId, now => now.Fail(clock.GetUtcNow(), "trainer-unstartable", "The server cannot start a trainer process."));
        }
        catch (RunLostException)
        {
            log.LogWarning("Run {Run} was taken over before attempt {Attempt} could record its end", runId, run.Attempt);
        }
    }
}
