using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <summary>Looks at every file of a data set before any run may use it.</summary>
/// <param name="codec">Decodes the images.</param>
/// <param name="maxPixels">Larger images and labels are errors.</param>
/// <param name="threads">How many samples are decoded at a time. The outcome does not depend on it.</param>
/// <param name="maxSide">Images and labels with a longer side are errors.</param>
internal sealed class DatasetValidator(IImageCodec codec, long maxPixels = ImageLimits.DefaultMaxPixels, int threads = 1, int maxSide = int.MaxValue)
{
    /// <summary>Never throws for what is wrong with the data set: that is in the report.</summary>
    /// <param name="dataset">Its files are on this host. Status and earlier findings are not looked at.</param>
    /// <param name="space">The data set's label space.</param>
    /// <param name="progress">Told (samples looked at, samples in all), perhaps from several threads.</param>
    /// <param name="cancellation">Stops between samples.</param>
    public DatasetValidation Validate(Dataset dataset, LabelSpace space, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        try
        {
            var reader = new LabelReader(dataset.Mapping, space.Count);
            DatasetListing listing = FolderDatasetReader.List(dataset);
            SampleCheck[] checks = CheckAll(listing.Samples, reader, space.Count, progress, cancellation);
            return new DatasetValidation(
                listing.Samples.Count,
                listing.Samples.Count(s => s.LabelPath is not null),
                checks.Sum(c => c.Bytes),
                DatasetContent.Hash(listing.Samples, i => checks[i].ImageDigest, i => checks[i].LabelDigest),
                DatasetReporter.Report(dataset, space, listing, checks))
            {
                ImageDigests = [.. checks.Select(c => c.ImageDigest).Where(d => d.Length > 0)],
            };
        }
        catch (RuleViolationException e)
        {
            string[] faults = [e.Message, .. e.Fields.SelectMany(f => f.Value)];
            return new DatasetValidation(0, 0, 0, null, DatasetReport.Empty with { Errors = [string.Join(' ', faults)] });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new DatasetValidation(0, 0, 0, null, DatasetReport.Empty with { Errors = ["The data set's folders cannot be read from the disk."] });
        }
    }

    private SampleCheck[] CheckAll(
        IReadOnlyList<SampleRef> samples, LabelReader reader, int classCount, Action<int, int>? progress, CancellationToken cancellation)
    {
        var checks = new SampleCheck[samples.Count];
        int done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, samples.Count, options, i =>
        {
            checks[i] = SampleCheck.Run(samples[i], codec, reader, classCount, maxPixels, maxSide);
            progress?.Invoke(Interlocked.Increment(ref done), samples.Count);
        });
        return checks;
    }
}
