using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Datasets;

/// <summary>Data sets that a request's body names, and that must be usable by now.</summary>
internal static class ReadyDatasets
{
    /// <param name="datasets">Where it is looked up.</param>
    /// <param name="field">Of the body, that names it.</param>
    /// <param name="id">The data set's.</param>
    /// <param name="cancel">Stops the query.</param>
    /// <exception cref="RuleViolationException"><c>unknown-dataset</c> (422), <c>dataset-not-ready</c> or <c>dataset-invalid</c> (409).</exception>
    public static async Task<Dataset> RequireAsync(this DatasetStore datasets, string field, Guid id, CancellationToken cancel)
    {
        string unknown = $"There is no data set {id}.";
        Dataset dataset = await datasets.FindAsync(id, cancel)
            ?? throw new RuleViolationException(RuleKind.Unusable, "unknown-dataset", unknown, new Dictionary<string, string[]> { [field] = [unknown] });
        return Require(dataset);
    }

    /// <exception cref="RuleViolationException"><c>dataset-not-ready</c> or <c>dataset-invalid</c> (409).</exception>
    public static Dataset Require(Dataset dataset) => dataset.Status switch
    {
        DatasetStatus.Ready => dataset,
        DatasetStatus.Validating => throw new RuleViolationException(
            RuleKind.Conflict, "dataset-not-ready", $"The data set '{dataset.Name}' is still being validated."),
        _ => throw new RuleViolationException(
            RuleKind.Conflict, "dataset-invalid", $"The data set '{dataset.Name}' is invalid: {dataset.Report.Errors.FirstOrDefault() ?? "see its report"}"),
    };
}
