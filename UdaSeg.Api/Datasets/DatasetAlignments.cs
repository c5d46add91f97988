using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Datasets;

/// <summary>Registers a data set that a job will make of another by alignment.</summary>
internal sealed class DatasetAlignments(DatasetStore datasets, OwnedFolders owned, IJobQueue jobs, TimeProvider clock)
{
    /// <exception cref="RuleViolationException">
    /// <c>invalid-alignment</c>, <c>unknown-dataset</c> (422); <c>dataset-not-ready</c>, <c>dataset-invalid</c> (409).
    /// </exception>
    public async Task<Dataset> StartAsync(Dataset source, AlignDataset posted, CancellationToken cancel)
    {
        FaultList faults = new();
        faults.Require(NameRule.Fits(posted.Name, 100), "name", "A name of 1 to 100 printable characters is needed.");
        AlignmentSettings settings = posted.ReadSettings(faults);
        faults.ThrowIfAny("invalid-alignment", "The alignment's parameters are not usable.");
        Dataset target = await datasets.RequireAsync("target", posted.Target, cancel);
        DateTimeOffset now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var dataset = new Dataset
        {
            Id = id,
            Name = posted.Name.Trim(),
            Domain = source.Domain,
            Origin = DatasetOrigin.Alignment,
            DerivedFrom = new DatasetLineage(source.Id, target.Id, settings.Scheme, settings.Beta, settings.FourierBeta, posted.Seed),
            Progress = 0,
            Layout = DatasetLayout.Folder,
            Path = ".",
            Root = owned.FolderOf(id),
            LabelSpace = source.LabelSpace,
            Labels = source.Labels is null ? null : "labels",
            Mapping = source.Mapping,
            CreatedAt = now,
        };
        await datasets.AddAsync(dataset, cancel);
        jobs.EnqueueAlignment(id);
        return dataset;
    }
}
