using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.Photometry;

/// <summary>What a reference contributes to the Fourier scheme: its low frequencies, in kilobytes instead of its pixels.</summary>
public sealed class FourierStyle
{
    private FourierStyle(LowFrequencies frequencies, int pixels, double meanLightness) =>
        (Frequencies, Pixels, MeanLightness) = (frequencies, pixels, meanLightness);

    /// <summary>Mean L* of the reference, 0..100.</summary>
    public double MeanLightness { get; }

    internal LowFrequencies Frequencies { get; }

    /// <summary>Of the reference: amplitudes are compared per pixel.</summary>
    internal int Pixels { get; }

    /// <param name="reference">Any size; clients resize it to the source's, so that both have the same window of frequencies.</param>
    /// <param name="halfWidth">Of the window, as <see cref="FourierAligner.HalfWidth"/> gives it for the source; narrowed to what the reference holds.</param>
    public static FourierStyle Of(RgbImage reference, int halfWidth) => new(
        LowFrequencies.Of(reference, Math.Min(halfWidth, LowFrequencies.WidestFor(reference.Width, reference.Height))),
        reference.Width * reference.Height,
        StyleProfile.Of(reference).MeanLightness);
}
