using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Datasets;

/// <summary>Forgets a data set, with those files that are the service's own.</summary>
internal sealed class DatasetRemoval(DatasetStore datasets, OwnedDatasets owned, SharedImages images)
{
    /// <exception cref="RuleViolationException"><c>dataset-not-found</c> (404), <c>dataset-in-use</c> (409).</exception>
    public async Task RemoveAsync(Dataset dataset, CancellationToken cancel)
    {
        await datasets.DeleteAsync(dataset.Id, cancel);
        images.Delete(dataset.Id);
        if (dataset.Origin != DatasetOrigin.Folder) await Task.Run(() => owned.Delete(dataset.Id), CancellationToken.None);
    }
}
