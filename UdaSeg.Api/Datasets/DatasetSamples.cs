using Microsoft.Extensions.Caching.Memory;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Datasets;

/// <summary>A data set's samples for requests. The listing of a folder is kept for a minute: a page of thumbnails asks for it dozens of times.</summary>
internal sealed class DatasetSamples(DatasetStore datasets, OwnedDatasets owned, IMemoryCache cache)
{
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(1);

    /// <param name="id">As the client wrote it.</param>
    /// <param name="cancel">Stops the query.</param>
    /// <exception cref="RuleViolationException"><c>dataset-not-found</c> (404).</exception>
    public Task<Dataset> GetAsync(string id, CancellationToken cancel) => Guid.TryParse(id, out Guid guid)
        ? datasets.GetAsync(guid, cancel)
        : throw new RuleViolationException(RuleKind.NotFound, "dataset-not-found", $"There is no data set '{id}'.");

    /// <summary>With its files on this host: the first who asks for those that another host made waits until they are fetched.</summary>
    /// <exception cref="RuleViolationException"><c>dataset-not-found</c> (404); those of <see cref="OwnedDatasets.Here"/> (422).</exception>
    /// <exception cref="DatasetTransferException">503.</exception>
    public async Task<Dataset> GetHereAsync(string id, CancellationToken cancel)
    {
        Dataset dataset = await GetAsync(id, cancel);
        await owned.BringAsync(dataset, cancel);
        return dataset;
    }

    /// <summary>As <see cref="GetHereAsync"/>.</summary>
    /// <exception cref="RuleViolationException">Also <c>dataset-not-ready</c> or <c>dataset-invalid</c> (409).</exception>
    public async Task<Dataset> GetReadyAsync(string id, CancellationToken cancel)
    {
        Dataset dataset = ReadyDatasets.Require(await GetAsync(id, cancel));
        await owned.BringAsync(dataset, cancel);
        return dataset;
    }

    /// <summary>In ordinal order of the names.</summary>
    /// <exception cref="RuleViolationException"><c>dataset-unreadable</c> and those of <see cref="FolderDatasetReader.Samples"/> (422).</exception>
    public IReadOnlyList<SampleRef> List(Dataset dataset) => cache.GetOrCreate((dataset.Id, dataset.ContentHash), entry =>
    {
        entry.AbsoluteExpirationRelativeToNow = Keep;
        try
        {
            return FolderDatasetReader.Samples(owned.Here(dataset));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RuleViolationException(RuleKind.Unusable, "dataset-unreadable", $"The folders of the data set '{dataset.Name}' cannot be read.", inner: fault);
        }
    })!;

    /// <exception cref="RuleViolationException"><c>sample-not-found</c> (404).</exception>
    public SampleRef Find(Dataset dataset, string name) => List(dataset).FirstOrDefault(s => s.Name == name)
        ?? throw new RuleViolationException(RuleKind.NotFound, "sample-not-found", $"The data set '{dataset.Name}' has no sample '{name}'.");
}
