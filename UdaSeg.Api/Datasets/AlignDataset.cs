using System.Text.Json.Serialization;
using UdaSeg.Api.OpenApi;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Api.Datasets;

/// <summary>A data set to make of another by alignment.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AlignDataset
{
    /// <summary>Of the new data set; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The data set whose images are the references.</summary>
    public required Guid Target { get; init; }

    /// <summary>Which operators are applied.</summary>
    [OneOf(typeof(AlignmentScheme), Default = "hybrid")]
    public string? Scheme { get; init; }

    /// <summary>Weight of (γ − 1)² in equation 2; 0 to 100, 0.01 without it.</summary>
    public double? Beta { get; init; }

    /// <summary>For fourier: half-width of the swapped amplitude window as a share of the shorter side; 0 to 0.5, 0.01 without it.</summary>
    public double? FourierBeta { get; init; }

    /// <summary>Of the draws of references; 0 without it.</summary>
    public long Seed { get; init; }
}
