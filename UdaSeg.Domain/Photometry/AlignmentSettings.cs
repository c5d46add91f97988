using System.Text.Json.Serialization;

namespace UdaSeg.Domain.Photometry;

/// <summary>How a source image is aligned to a target reference (section 3.2 and Table 4 of the paper).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlignmentScheme>))]
public enum AlignmentScheme
{
    /// <summary>Gamma correction on L*, histogram matching on a* and b*: the paper's GPA.</summary>
    [JsonStringEnumMemberName("hybrid")] Hybrid,

    /// <summary>Gamma correction on all three Lab channels.</summary>
    [JsonStringEnumMemberName("labGamma")] LabGamma,

    /// <summary>Histogram matching on all three Lab channels.</summary>
    [JsonStringEnumMemberName("labHistogram")] LabHistogram,

    /// <summary>The low-frequency amplitudes of the reference with the phases of the source (FDA).</summary>
    [JsonStringEnumMemberName("fourier")] Fourier,

    /// <summary>The source as it is.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>A generator learnt beforehand from both domains.</summary>
    [JsonStringEnumMemberName("gan")] Gan,
}

/// <param name="Scheme">Which operators are applied.</param>
/// <param name="Beta">Weight of (γ − 1)² in eq. 2; 0 demands equal means, large values keep γ at 1. 0..100.</param>
/// <param name="FourierBeta">Half-width of the swapped amplitude window as a share of the shorter side; 0..0.5.</param>
public sealed record AlignmentSettings(
    AlignmentScheme Scheme = AlignmentScheme.Hybrid,
    double Beta = AlignmentSettings.DefaultBeta,
    double FourierBeta = AlignmentSettings.DefaultFourierBeta)
{
    /// <summary>Section 4.1 of the paper (which names eq. 5; β stands in eq. 2).</summary>
    public const double DefaultBeta = 0.01;

    /// <summary>FDA's single-band default.</summary>
    public const double DefaultFourierBeta = 0.01;
}
