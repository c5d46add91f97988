using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// At the server's start: whatever the tables say is unfinished is queued again, because the queue itself did not outlive the last server, and whatever
/// files they do not know of are removed.
/// </summary>
internal sealed class JobRecovery(RunStore runs, RunLedger ledger, DatasetStore datasets, EvaluationStore evaluations, IJobQueue queue,
    OwnedFolders owned, TimeProvider clock, ILogger<JobRecovery> log)
{
    public async Task RecoverAsync(CancellationToken cancel)
    {
        int removed = owned.Clean(id => datasets.Find(id) is not null);
        if (removed > 0) log.LogInformation("Removed {Count} files and folders of unfinished data sets", removed);
        foreach (TrainingRun open in await runs.ListOpenAsync(cancel)) Recover(open.Id);
        foreach (Dataset dataset in await datasets.ListByStatusAsync(DatasetStatus.Validating, cancel))
        {
            if (dataset.DerivedFrom is not null && !owned.Exists(dataset.Id)) queue.EnqueueAlignment(dataset.Id);
            else queue.EnqueueValidation(dataset.Id);
        }

        foreach (EvaluationRecord evaluation in await evaluations.ListOpenAsync(cancel)) queue.EnqueueEvaluation(evaluation.Id);
    }

    private void Recover(Guid id)
    {
        ledger.Write(id, run => run.Status == RunStatus.Running ? run.Interrupt() : run, LeaseSweep.Gone);
        (TrainingRun before, TrainingRun after) = ledger.Write(id, run => run.Status switch
        {
            RunStatus.Interrupted => run.Requeue(),
            RunStatus.Cancelling => run.Cancelled(clock.GetUtcNow()),
            _ => run,
        }, "the server started");
        if (after.Status == RunStatus.Queued) queue.EnqueueRun(id);
        if (before.Status != after.Status) log.LogInformation("Run {Run} was {Before} and is now {After}", id, before.Status, after.Status);
    }
}
