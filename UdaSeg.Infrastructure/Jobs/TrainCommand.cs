using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>What a trainer process does: <c>train --run {id}</c>. Everything runs on the calling thread, as tensors want it.</summary>
internal sealed class TrainCommand(RunStore runs, RunLedger ledger, CheckpointStore checkpoints, EvaluationStore evaluations, SampleSource samples,
    Lazy<ITrainer> trainer, TimeProvider clock)
{
    /// <param name="runId">A run that its supervisor has marked as running.</param>
    /// <param name="cancel">Fires when the supervisor asks for a stop.</param>
    /// <param name="errors">Where a fault that is not the user's is written; the supervisor keeps the last lines.</param>
    /// <returns>See <see cref="TrainerExit"/>.</returns>
    public int Run(Guid runId, CancellationToken cancel, TextWriter errors)
    {
        if (runs.Find(runId) is not { } run || !run.IsOpen()) return TrainerExit.Lost;
        try
        {
            TrainingJob job = samples.JobOf(run, cancel);
            var journal = new DatabaseRunJournal(run, ledger, checkpoints, evaluations, clock);
            try
            {
                trainer.Value.Train(job, journal, cancel);
            }
            finally
            {
                journal.Flush();
            }

            return TrainerExit.Finished;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return TrainerExit.Cancelled;
        }
        catch (RunLostException)
        {
            return TrainerExit.Lost;
        }
        catch (RuleViolationException rule)
        {
            ledger.Write(runId, now => now.IsOpen() && now.Attempt == run.Attempt ? now.Fail(clock.GetUtcNow(), rule.Code, rule.Message) : now);
            return TrainerExit.Failed;
        }
        catch (Exception fault)
        {
            errors.WriteLine(fault);
            return 1;
        }
    }
}
