using System.Diagnostics;
using Hangfire;
using Microsoft.Extensions.Logging;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Telemetry;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>The evaluation job: <c>evaluate --evaluation {id}</c> as a child process, for the same reasons as training.</summary>
internal sealed class EvaluationSupervisor(EvaluationStore evaluations, IChildProgram program, TimeProvider clock, ServerStopping server,
    ILogger<EvaluationSupervisor> log)
{
    [AutomaticRetry(Attempts = 0)]
    public void Run(Guid evaluationId)
    {
        CancellationToken stopping = server.Token;
        if (stopping.IsCancellationRequested || evaluations.Find(evaluationId) is not { IsTerminal: false }) return;
        evaluations.Update(evaluationId, e => e.IsTerminal ? e : e.Start(clock.GetUtcNow()));
        using Activity span = Tracing.Begin("evaluate").SetTag("evaluation", evaluationId);
        string message;
        try
        {
            ChildEnd end = new ChildProcess(clock).Run(program.Command("evaluate", "--evaluation", evaluationId.ToString()),
                () => stopping.IsCancellationRequested ? ChildOrder.Stop : ChildOrder.None,
                said: line => log.LogWarning("The evaluator of {Evaluation} says: {Line}", evaluationId, line));
            if (stopping.IsCancellationRequested) return; // the next server starts it again
            if (end.LastLines.Count > 0) log.LogInformation("The evaluator of {Evaluation} said: {Lines}", evaluationId, string.Join('\n', end.LastLines));
            message = $"The evaluator {TrainerExit.Describe(end.ExitCode)}.";
        }
        catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or IOException)
        {
            log.LogError(fault, "The evaluator of {Evaluation} cannot be started", evaluationId);
            message = "The server cannot start an evaluator process.";
        }

        // A child that got to its end has recorded its report or failure.
        evaluations.Update(evaluationId, e => e.IsTerminal ? e : e.Fail(clock.GetUtcNow(), "evaluator-crashed", message));
    }
}
