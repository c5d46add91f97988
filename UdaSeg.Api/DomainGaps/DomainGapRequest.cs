using System.Text.Json.Serialization;
using UdaSeg.Api.Alignments;

namespace UdaSeg.Api.DomainGaps;

/// <summary>Two data sets to compare.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DomainGapRequest : DrawnAlignment
{
    /// <summary>The data set whose images are aligned.</summary>
    public required Guid Source { get; init; }

    /// <summary>The data set whose images are the references.</summary>
    public required Guid Target { get; init; }

    /// <summary>Images looked at on each side, spread evenly over the data set; the limit maxDomainGapImages without it.</summary>
    public int? MaxImages { get; init; }
}
