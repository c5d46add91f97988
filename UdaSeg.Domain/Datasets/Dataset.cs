using System.Text.Json.Serialization;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Domain.Datasets;

[JsonConverter(typeof(JsonStringEnumConverter<DatasetDomain>))]
public enum DatasetDomain
{
    [JsonStringEnumMemberName("source")] Source,
    [JsonStringEnumMemberName("target")] Target,
}

[JsonConverter(typeof(JsonStringEnumConverter<DatasetLayout>))]
public enum DatasetLayout
{
    [JsonStringEnumMemberName("folder")] Folder,
    [JsonStringEnumMemberName("cityscapes")] Cityscapes,
    [JsonStringEnumMemberName("gta5")] Gta5,
    [JsonStringEnumMemberName("synthia")] Synthia,
}

[JsonConverter(typeof(JsonStringEnumConverter<DatasetStatus>))]
public enum DatasetStatus
{
    [JsonStringEnumMemberName("validating")] Validating,
    [JsonStringEnumMemberName("ready")] Ready,
    [JsonStringEnumMemberName("invalid")] Invalid,
}

/// <summary>Where a data set's files came from; all but the first kind belong to the service, and go with the data set.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetOrigin>))]
public enum DatasetOrigin
{
    /// <summary>A folder on the server that was registered where it lies.</summary>
    [JsonStringEnumMemberName("folder")] Folder,

    /// <summary>An uploaded archive.</summary>
    [JsonStringEnumMemberName("archive")] Archive,

    /// <summary>Made from another data set by alignment.</summary>
    [JsonStringEnumMemberName("alignment")] Alignment,
}

/// <summary>A registered folder of images, with or without labels, and what its validation found.</summary>
public sealed record Dataset
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required DatasetDomain Domain { get; init; }

    public required DatasetLayout Layout { get; init; }

    /// <summary>Relative to <see cref="Root"/>.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The allow-listed folder that <see cref="Path"/> was found under; for files of the service, where they lay on the host that registered them. Never
    /// shown to clients.
    /// </summary>
    public required string Root { get; init; }

    public DatasetOrigin Origin { get; init; }

    /// <summary>For one made by alignment: of what, and how.</summary>
    public DatasetLineage? DerivedFrom { get; init; }

    /// <summary>Share of its files that are made, 0..1; null once there is nothing to make.</summary>
    public double? Progress { get; init; }

    public string? Split { get; init; }

    public required string LabelSpace { get; init; }

    public string Images { get; init; } = "images";

    /// <summary>Null: unlabelled.</summary>
    public string? Labels { get; init; } = "labels";

    public LabelMapping Mapping { get; init; } = LabelMapping.Identity;

    public DatasetStatus Status { get; init; }

    public int Samples { get; init; }

    public int Labelled { get; init; }

    public long Bytes { get; init; }

    /// <summary>SHA-256 over names and contents, lower-case hex.</summary>
    public string? ContentHash { get; init; }

    public DatasetReport Report { get; init; } = DatasetReport.Empty;

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <param name="Dataset">Whose images were aligned, and whose labels were copied.</param>
/// <param name="Target">Whose images were the references.</param>
/// <param name="Scheme">Which operators were applied.</param>
/// <param name="Beta">Weight of (γ − 1)² in eq. 2.</param>
/// <param name="FourierBeta">Half-width of the swapped amplitude window as a share of the shorter side.</param>
/// <param name="Seed">Of the draws of references.</param>
public sealed record DatasetLineage(Guid Dataset, Guid Target, AlignmentScheme Scheme, double Beta, double FourierBeta, long Seed);

/// <param name="Errors">What makes the data set unusable.</param>
/// <param name="Warnings">What a user should know.</param>
/// <param name="ClassPixels">Labelled pixels by class index; empty for unlabelled sets.</param>
/// <param name="UnknownIds">Values of label files that the mapping does not list, and how many pixels have them.</param>
/// <param name="Sizes">Image sizes and how many samples have each.</param>
public sealed record DatasetReport(
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<long> ClassPixels,
    IReadOnlyList<UnknownId> UnknownIds,
    IReadOnlyList<SizeCount> Sizes)
{
    public static DatasetReport Empty { get; } = new([], [], [], [], []);
}

public sealed record UnknownId(string Value, long Pixels);

public sealed record SizeCount(int Width, int Height, int Samples);
