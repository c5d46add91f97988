using Hangfire;
using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Brings a data set from <c>validating</c> to <c>ready</c> or <c>invalid</c>, in the server's own process: it only reads files.</summary>
internal sealed class ValidationJob(DatasetStore datasets, LabelSpaceStore spaces, DatasetValidator validator, OwnedDatasets owned, SharedImages images,
    ServerStopping server, ILogger<ValidationJob> log)
{
    [AutomaticRetry(Attempts = 0)]
    public async Task Run(Guid datasetId)
    {
        CancellationToken stopping = server.Token;
        Dataset? dataset = await datasets.FindAsync(datasetId, stopping);
        if (dataset is not { Status: DatasetStatus.Validating }) return; // deleted meanwhile, or delivered twice
        LabelSpace? space = await spaces.FindAsync(dataset.LabelSpace, stopping);
        Dataset found = space is null ? Invalid(dataset, $"There is no label space '{dataset.LabelSpace}'.") : Check(dataset, space, stopping);
        if (found.Status == DatasetStatus.Ready) found = Compare(found, await datasets.ListByStatusAsync(DatasetStatus.Ready, stopping));
        try
        {
            await datasets.UpdateAsync(datasetId, now => found with { Name = now.Name }, CancellationToken.None);
        }
        catch (RuleViolationException gone) when (gone.Kind == RuleKind.NotFound)
        {
            images.Delete(datasetId);
            log.LogInformation("Data set {Dataset} was deleted while it was validated", datasetId);
        }
    }

    private Dataset Check(Dataset dataset, LabelSpace space, CancellationToken stopping)
    {
        try
        {
            DatasetValidation found = validator.Validate(owned.Here(dataset, stopping), space, null, stopping);
            if (found.Status == DatasetStatus.Ready) images.Save(dataset.Id, found.ImageDigests);
            return dataset with
            {
                Status = found.Status,
                Progress = null,
                Samples = found.Samples,
                Labelled = found.Labelled,
                Bytes = found.Bytes,
                ContentHash = found.ContentHash,
                Report = found.Report with { Warnings = [.. dataset.Report.Warnings, .. found.Report.Warnings] }, // what registration noticed stays
            };
        }
        catch (Exception away) when (away is DatasetTransferException or RuleViolationException)
        {
            log.LogWarning(away, "Data set {Dataset} was not validated", dataset.Id);
            return Invalid(dataset, away.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "Validating data set {Dataset} failed", dataset.Id);
            return Invalid(dataset, "The data set could not be validated.");
        }
    }

    private Dataset Compare(Dataset found, IReadOnlyList<Dataset> others) =>
        found with { Report = found.Report with { Warnings = [.. found.Report.Warnings, .. images.Warnings(found.Id, others)] } };

    private static Dataset Invalid(Dataset dataset, string reason) =>
        dataset with { Status = DatasetStatus.Invalid, Progress = null, Report = DatasetReport.Empty with { Errors = [reason] } };
}
