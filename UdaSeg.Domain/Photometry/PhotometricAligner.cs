using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.Photometry;

/// <summary>An aligned image and what alignment did to it.</summary>
/// <param name="Image">Of the source's size.</param>
/// <param name="Gamma">γ* of L*; 1 where none applies.</param>
/// <param name="SourceMeanLightness">Mean L* of the source, 0..100.</param>
/// <param name="ReferenceMeanLightness">Mean L* of the reference, 0..100.</param>
/// <param name="AlignedMeanLightness">Mean L* of the result, 0..100.</param>
/// <param name="ClippedShare">Share of pixels that left the range of sRGB and were clamped, 0..1.</param>
public sealed record AlignmentResult(
    RgbImage Image, double Gamma, double SourceMeanLightness, double ReferenceMeanLightness, double AlignedMeanLightness, double ClippedShare);

/// <summary>Global photometric alignment (GPA, section 3.2): the source takes on a reference's lightness and colours.</summary>
public static class PhotometricAligner
{
    /// <exception cref="ArgumentException">For <see cref="AlignmentScheme.Fourier"/>: see <see cref="FourierAligner"/>.</exception>
    public static AlignmentResult Align(RgbImage source, StyleProfile reference, AlignmentSettings settings, int threads = 1) =>
        Align(source, StyleProfile.Of(source, threads), reference, settings, threads);

    /// <param name="source">The whole source image, or any part of it.</param>
    /// <param name="sourceProfile">The profile of the whole source image, computed once and kept.</param>
    /// <param name="reference">The target reference's profile.</param>
    /// <param name="settings">Scheme and β.</param>
    /// <param name="threads">At most so many work on the image; the result does not depend on how many.</param>
    /// <exception cref="ArgumentException">For <see cref="AlignmentScheme.Fourier"/>: see <see cref="FourierAligner"/>.</exception>
    public static AlignmentResult Align(RgbImage source, StyleProfile sourceProfile, StyleProfile reference, AlignmentSettings settings, int threads = 1)
    {
        var map = PhotometricMap.Solve(sourceProfile, reference, settings);
        if (map.IsIdentity) return new(source, 1, sourceProfile.MeanLightness, reference.MeanLightness, sourceProfile.MeanLightness, 0);
        (RgbImage image, MapStatistics statistics) = map.Apply(source, threads);
        return new(image, map.Gamma, sourceProfile.MeanLightness, reference.MeanLightness, statistics.MeanLightness, statistics.ClippedShare);
    }
}
