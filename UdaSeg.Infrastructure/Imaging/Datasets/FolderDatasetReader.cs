using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging.Png;

namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <param name="Samples">Image and, where there is one, label, in ordinal order of the names.</param>
/// <param name="OrphanLabels">Names of labels without an image.</param>
/// <param name="Doubled">Names that two images or two labels have.</param>
/// <param name="OddSizes">Names of samples left out because image and label differ in size (GTA5 has a few).</param>
internal sealed record DatasetListing(
    IReadOnlyList<SampleRef> Samples, IReadOnlyList<string> OrphanLabels, IReadOnlyList<string> Doubled, IReadOnlyList<string> OddSizes);

/// <summary>
/// Lists a data set's samples from its folders, whatever its layout. The root is taken as it is: registered data sets come by way of
/// <see cref="Owned.OwnedDatasets.Here"/>.
/// </summary>
internal static class FolderDatasetReader
{
    /// <summary>What a run trains on or is evaluated on.</summary>
    /// <exception cref="RuleViolationException"><c>path-outside-roots</c> or <c>dataset-path-not-found</c> (422).</exception>
    public static IReadOnlyList<SampleRef> Samples(Dataset dataset) => List(dataset).Samples;

    /// <inheritdoc cref="Samples"/>
    public static DatasetListing List(Dataset dataset)
    {
        LayoutRule rule = LayoutRule.For(dataset);
        string folder = DatasetRoots.Resolve([dataset.Root], dataset.Path).FullPath;
        string images = DatasetRoots.SubFolder(dataset.Root, folder, rule.Images);
        string? labels = rule.Labels is null ? null : DatasetRoots.SubFolder(dataset.Root, folder, rule.Labels);
        if (images == labels && rule.ImageEnding == rule.LabelEnding)
        {
            throw new RuleViolationException(RuleKind.Unusable, "dataset-folders-equal", "Images and labels must lie in different folders.");
        }

        var doubled = new SortedSet<string>(StringComparer.Ordinal);
        Dictionary<string, string> imageFiles = ByName(ImageFolder.List(dataset.Root, images, rule.ImageEnding, except: labels), "image", doubled);
        Dictionary<string, string> labelFiles = labels is null
            ? []
            : ByName(ImageFolder.List(dataset.Root, labels, rule.LabelEnding, except: images), "label", doubled);
        List<SampleRef> samples =
        [
            .. imageFiles.OrderBy(f => f.Key, StringComparer.Ordinal)
                .Select(f => new SampleRef(f.Key, f.Value, labelFiles.GetValueOrDefault(f.Key), dataset.Mapping)),
        ];
        string[] orphans = [.. labelFiles.Keys.Where(n => !imageFiles.ContainsKey(n)).Order(StringComparer.Ordinal)];
        string[] odd = rule.SkipOddSizes ? [.. samples.Where(HasOddSize).Select(s => s.Name)] : [];
        return new DatasetListing([.. samples.ExceptBy(odd, s => s.Name)], orphans, [.. doubled], odd);
    }

    private static Dictionary<string, string> ByName(List<FoundFile> files, string what, SortedSet<string> doubled)
    {
        var byName = new Dictionary<string, string>(files.Count, StringComparer.Ordinal);
        foreach (FoundFile file in files)
        {
            if (!byName.TryAdd(file.Name, file.Path)) doubled.Add($"{what} '{file.Name}'");
        }

        return byName;
    }

    // By the headers alone; files whose header cannot be read stay, for validation to say what is wrong with them.
    private static bool HasOddSize(SampleRef sample) =>
        sample.LabelPath is not null && Header(sample.ImagePath) is { } image && Header(sample.LabelPath) is { } label
        && (image.Width, image.Height) != (label.Width, label.Height);

    private static PngHeader? Header(string path)
    {
        Span<byte> start = stackalloc byte[PngHeader.Length];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return PngHeader.TryParse(start[..length], out PngHeader header) ? header : null;
    }
}
