using System.Text.Json.Serialization;
using UdaSeg.Api.Alignments;

namespace UdaSeg.Api.Datasets;

/// <summary>A data set to make of another by alignment.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AlignDataset : DrawnAlignment
{
    /// <summary>Of the new data set; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The data set whose images are the references.</summary>
    public required Guid Target { get; init; }
}
