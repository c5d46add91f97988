using System.Text.Json.Serialization;
using UdaSeg.Api.OpenApi;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Api.DomainGaps;

/// <summary>Two data sets to compare.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DomainGapRequest
{
    /// <summary>The data set whose images are aligned.</summary>
    public required Guid Source { get; init; }

    /// <summary>The data set whose images are the references.</summary>
    public required Guid Target { get; init; }

    /// <summary>Which operators are applied.</summary>
    [OneOf(typeof(AlignmentScheme), Default = "hybrid")]
    public string? Scheme { get; init; }

    /// <summary>Weight of (γ − 1)² in equation 2; 0 to 100, 0.01 without it.</summary>
    public double? Beta { get; init; }

    /// <summary>For fourier: half-width of the swapped amplitude window as a share of the shorter side; 0 to 0.5, 0.01 without it.</summary>
    public double? FourierBeta { get; init; }

    /// <summary>Images looked at on each side, spread evenly over the data set; the limit maxDomainGapImages without it.</summary>
    public int? MaxImages { get; init; }

    /// <summary>Of the draws of references; 0 without it.</summary>
    public long Seed { get; init; }
}
