using Hangfire;
using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Brings a data set from <c>validating</c> to <c>ready</c> or <c>invalid</c>, in the server's own process: it only reads files.</summary>
internal sealed class ValidationJob(DatasetStore datasets, IDatasetChecker checker, ILogger<ValidationJob> log)
{
    [AutomaticRetry(Attempts = 0)]
    public async Task Run(Guid datasetId, CancellationToken stopping)
    {
        Dataset? dataset = await datasets.FindAsync(datasetId, stopping);
        if (dataset is not { Status: DatasetStatus.Validating }) return; // deleted meanwhile, or delivered twice
        Dataset found = Check(dataset, stopping);
        try
        {
            await datasets.UpdateAsync(datasetId, now => found with { Name = now.Name }, CancellationToken.None);
        }
        catch (RuleViolationException gone) when (gone.Kind == RuleKind.NotFound)
        {
            log.LogInformation("Data set {Dataset} was deleted while it was validated", datasetId);
        }
    }

    private Dataset Check(Dataset dataset, CancellationToken stopping)
    {
        try
        {
            return checker.Check(dataset, stopping);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "Validating data set {Dataset} failed", dataset.Id);
            string reason = fault is RuleViolationException ? fault.Message : "The files could not be read.";
            return dataset with { Status = DatasetStatus.Invalid, Report = DatasetReport.Empty with { Errors = [reason] } };
        }
    }
}
