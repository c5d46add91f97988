using UdaSeg.Api.Alignments;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Api.Datasets;

/// <summary>A registered data set. The allow-listed folder it lies under stays inside the server.</summary>
internal sealed record DatasetAnswer
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required DatasetDomain Domain { get; init; }

    public required DatasetLayout Layout { get; init; }

    /// <summary>folder: registered where it lies, and never removed; the other kinds belong to the service.</summary>
    public required DatasetOrigin Origin { get; init; }

    /// <summary>For one made by alignment: of what, and how.</summary>
    public required DatasetLineage? DerivedFrom { get; init; }

    /// <summary>Share of its files that are made, 0..1; null once there is nothing to make.</summary>
    public required double? Progress { get; init; }

    /// <summary>Relative to an allow-listed folder, or within the archive.</summary>
    public required string Path { get; init; }

    public required string? Split { get; init; }

    public required string LabelSpace { get; init; }

    public required string Images { get; init; }

    /// <summary>Null: unlabelled.</summary>
    public required string? Labels { get; init; }

    public required LabelMapping Mapping { get; init; }

    public required DatasetStatus Status { get; init; }

    /// <summary>Images that a run can use.</summary>
    public required int Samples { get; init; }

    /// <summary>Samples with a label.</summary>
    public required int Labelled { get; init; }

    /// <summary>Of images and labels as stored.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 over names and contents; null before validation.</summary>
    public required string? ContentHash { get; init; }

    public required DatasetReport Report { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static DatasetAnswer Of(Dataset d) => new()
    {
        Id = d.Id,
        Name = d.Name,
        Domain = d.Domain,
        Layout = d.Layout,
        Origin = d.Origin,
        DerivedFrom = d.DerivedFrom,
        Progress = d.Progress,
        Path = d.Path,
        Split = d.Split,
        LabelSpace = d.LabelSpace,
        Images = d.Images,
        Labels = d.Labels,
        Mapping = d.Mapping,
        Status = d.Status,
        Samples = d.Samples,
        Labelled = d.Labelled,
        Bytes = d.Bytes,
        ContentHash = d.ContentHash,
        Report = d.Report,
        CreatedAt = d.CreatedAt,
    };
}

/// <param name="Name">File stem with its sub-folder, unique in the data set.</param>
/// <param name="Width">As the file states it, before EXIF orientation; null when its header cannot be read.</param>
/// <param name="Height">As the file states it, before EXIF orientation; null when its header cannot be read.</param>
/// <param name="Labelled">Whether there is a label.</param>
internal sealed record SampleAnswer(string Name, int? Width, int? Height, bool Labelled);

/// <summary>The photometric style of a data set: the mean over its images, each weighing the same.</summary>
/// <param name="Images">How many images were looked at, spread evenly over the data set.</param>
/// <param name="MeanLightness">Mean L*, 0..100.</param>
/// <param name="MeanA">Mean a*.</param>
/// <param name="MeanB">Mean b*.</param>
/// <param name="Histograms">Of L*, a* and b*.</param>
internal sealed record StyleAnswer(int Images, double MeanLightness, double MeanA, double MeanB, StyleHistograms Histograms)
{
    public static StyleAnswer Of(StyleProfile style, int images) => new(
        images, style.MeanLightness, style.MeanA, style.MeanB, new(StyleHistogram.Of(style.Lightness), StyleHistogram.Of(style.A), StyleHistogram.Of(style.B)));
}

internal sealed record StyleHistograms(StyleHistogram L, StyleHistogram A, StyleHistogram B);

/// <summary>Equal bins (64 of a channel) from <c>min</c> to <c>max</c>; shares of pixels that sum to 1.</summary>
internal sealed record StyleHistogram(double Min, double Max, IReadOnlyList<double> Shares)
{
    public static StyleHistogram Of(ChannelHistogram histogram) => new(histogram.Grid.Min, histogram.Grid.Max, CoarseHistogram.Shares(histogram));
}
