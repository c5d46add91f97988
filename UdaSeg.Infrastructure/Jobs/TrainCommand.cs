using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// What a trainer process does: <c>train --run {id} --epoch {attempt}</c>. Everything runs on the calling thread, as tensors want it, and everything is
/// written under the epoch that the supervisor took.
/// </summary>
internal sealed class TrainCommand(RunStore runs, RunLedger ledger, RunOutputTable table, IArtifactStore artifacts, CheckpointStore checkpoints,
    EvaluationStore evaluations, SampleSource samples, Lazy<ITrainer> trainer, TimeProvider clock)
{
    /// <param name="runId">A run that its supervisor has taken.</param>
    /// <param name="epoch">Of the supervisor's lease.</param>
    /// <param name="cancel">Fires when the supervisor asks for a stop.</param>
    /// <param name="errors">Where a fault that is not the user's is written; the supervisor keeps the last lines.</param>
    /// <returns>See <see cref="TrainerExit"/>.</returns>
    public int Run(Guid runId, int epoch, CancellationToken cancel, TextWriter errors)
    {
        if (Patiently(() => runs.Find(runId)) is not { } run || !run.IsOpen() || run.Attempt != epoch) return TrainerExit.Lost;
        try
        {
            TrainingJob job = Patiently(() => samples.JobOf(run, cancel));
            var outputs = new RunOutputs(table, artifacts, runId, epoch, DatabaseRunJournal.Patience);
            var journal = new DatabaseRunJournal(run, outputs, ledger, checkpoints, evaluations, clock);
            try
            {
                trainer.Value.Train(job, outputs, journal, cancel);
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
        catch (Exception fault) when (TrainerFaults.Explain(fault) is { } failure)
        {
            errors.WriteLine(fault.Message);
            return Fail(run, failure);
        }
        catch (Exception fault)
        {
            errors.WriteLine(fault);
            return 1;
        }
    }

    private int Fail(TrainingRun run, RunFailure failure)
    {
        try
        {
            Patiently(() => ledger.WriteUnder(run.Attempt, run.Id, now => now.Fail(clock.GetUtcNow(), failure.Code, failure.Message)));
            return TrainerExit.Failed;
        }
        catch (RunLostException)
        {
            return TrainerExit.Lost;
        }
    }

    private T Patiently<T>(Func<T> work) => DatabaseOutage.RideOut(clock, DatabaseRunJournal.Patience, work);
}
