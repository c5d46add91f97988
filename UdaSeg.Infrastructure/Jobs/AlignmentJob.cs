using Hangfire;
using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Makes the folder of a derived data set, then has it validated. Its folder appears whole or not at all: a server that stops in between leaves nothing, and
/// the next one starts over; a data set that is deleted in between stops its job within a second.
/// </summary>
internal sealed class AlignmentJob(
    DatasetStore datasets, DatasetAligner aligner, OwnedDatasets owned, IJobQueue queue, ServerStopping server, TimeProvider clock, ILogger<AlignmentJob> log)
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(0.5);

    [AutomaticRetry(Attempts = 0)]
    public async Task Run(Guid datasetId)
    {
        CancellationToken stopping = server.Token;
        Dataset? dataset = await datasets.FindAsync(datasetId, stopping);
        if (dataset is not { Status: DatasetStatus.Validating, DerivedFrom: { } lineage }) return; // deleted meanwhile, or delivered twice
        string? fault = null;
        try
        {
            if (!owned.Exists(datasetId)) Make(datasetId, lineage, stopping);
        }
        catch (OperationCanceledException)
        {
            return; // deleted, or the next server's work
        }
        catch (RuleViolationException rule)
        {
            fault = rule.Message;
        }
        catch (DatasetTransferException transfer)
        {
            log.LogError(transfer, "Making data set {Dataset} by alignment failed", datasetId);
            fault = transfer.Message;
        }
        catch (Exception broken)
        {
            log.LogError(broken, "Making data set {Dataset} by alignment failed", datasetId);
            fault = "The aligned data set could not be written.";
        }

        if (fault is null) queue.EnqueueValidation(datasetId);
        else await FailAsync(datasetId, fault);
    }

    private void Make(Guid id, DatasetLineage lineage, CancellationToken stopping)
    {
        Dataset source = datasets.Find(lineage.Dataset) ?? throw Gone("source");
        Dataset target = datasets.Find(lineage.Target) ?? throw Gone("target");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using DatasetWorkspace workspace = owned.Open(id);
        long last = clock.GetTimestamp();
        aligner.Run(owned.Here(source, stop.Token), owned.Here(target, stop.Token), lineage, workspace, Report, stop.Token);
        if (!datasets.SetProgress(id, 1)) throw new OperationCanceledException();
        workspace.Publish(stop.Token);
        workspace.Keep();
        if (datasets.Find(id) is null) owned.Delete(id); // deleted at this very moment

        void Report(int done, int all)
        {
            if (clock.GetElapsedTime(last) < ProgressEvery) return;
            last = clock.GetTimestamp();
            if (!datasets.SetProgress(id, (double)done / all)) stop.Cancel();
        }
    }

    private async Task FailAsync(Guid id, string reason)
    {
        try
        {
            await datasets.UpdateAsync(
                id,
                d => d with { Status = DatasetStatus.Invalid, Progress = null, Report = DatasetReport.Empty with { Errors = [reason] } },
                CancellationToken.None);
        }
        catch (RuleViolationException gone) when (gone.Kind == RuleKind.NotFound)
        {
            log.LogInformation("Data set {Dataset} was deleted while it was made", id);
        }
    }

    private static RuleViolationException Gone(string which) =>
        new(RuleKind.Unusable, "unknown-dataset", $"The {which} data set that it was to be made from is gone.");
}
