using System.Numerics;
using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.Photometry;

/// <summary>
/// FDA (Table 4 of the paper, "Fourier"): the source's amplitudes at the frequencies |u|, |v| ≤ b = ⌊min(H, W)·β_f⌋ give way to the reference's, the
/// phases stay; each of R, G, B by itself, clamped to 0..255 and rounded.
/// </summary>
public static class FourierAligner
{
    /// <param name="source">Any size.</param>
    /// <param name="reference">
    /// Any size. Frequencies are counted in cycles over the image and amplitudes are taken per pixel, so that a reference of another size needs no
    /// resizing; frequencies beyond what a smaller reference holds keep the source's amplitude.
    /// </param>
    /// <param name="settings">Only <see cref="AlignmentSettings.FourierBeta"/> is read.</param>
    public static AlignmentResult AlignFourier(RgbImage source, RgbImage reference, AlignmentSettings settings) =>
        AlignFourier(source, FourierStyle.Of(reference, HalfWidth(source.Width, source.Height, settings.FourierBeta)));

    /// <param name="source">Any size.</param>
    /// <param name="style">Of the reference; its window is the one that is swapped.</param>
    public static AlignmentResult AlignFourier(RgbImage source, FourierStyle style)
    {
        (RgbImage image, double clipped) = Map(source, style);
        return new(image, 1, StyleProfile.Of(source).MeanLightness, style.MeanLightness, StyleProfile.Of(image).MeanLightness, clipped);
    }

    /// <summary>The aligned image and the share of its pixels that were clipped: all that training needs.</summary>
    public static (RgbImage Image, double ClippedShare) Map(RgbImage source, FourierStyle style) => Add(source, Change(source, style));

    /// <summary>b = ⌊min(H, W)·β_f⌋, at most the widest symmetric window in which no frequency appears twice.</summary>
    public static int HalfWidth(int width, int height, double fourierBeta) =>
        Math.Clamp((int)Math.Floor(Math.Min(width, height) * fourierBeta), 0, LowFrequencies.WidestFor(width, height));

    /// <summary>The coefficients to add: with the phase of the source, the difference of the amplitudes.</summary>
    private static LowFrequencies Change(RgbImage source, FourierStyle style)
    {
        int halfWidth = style.Frequencies.HalfWidth;
        var spectrum = LowFrequencies.Of(source, halfWidth);
        double scale = (double)source.Width * source.Height / style.Pixels;
        for (int channel = 0; channel < 3; channel++)
        {
            for (int u = -halfWidth; u <= halfWidth; u++)
            {
                for (int v = 0; v <= halfWidth; v++)
                {
                    ref Complex coefficient = ref spectrum.At(channel, u, v);
                    double amplitude = coefficient.Magnitude, wanted = style.Frequencies.At(channel, u, v).Magnitude * scale;
                    coefficient = amplitude > 0 ? coefficient * ((wanted / amplitude) - 1) : wanted; // The phase of nothing is 0.
                }
            }
        }

        return spectrum;
    }

    private static (RgbImage Image, double ClippedShare) Add(RgbImage source, LowFrequencies change)
    {
        var image = new RgbImage(source.Width, source.Height);
        Waves horizontal = new(source.Width, change.HalfWidth), vertical = new(source.Height, change.HalfWidth);
        double[][] rows = [new double[source.Width], new double[source.Width], new double[source.Width]];
        long clipped = 0;
        for (int y = 0; y < source.Height; y++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                rows[channel].AsSpan().Clear();
                change.SynthesiseRow(channel, y, rows[channel], horizontal, vertical);
            }

            for (int x = 0; x < source.Width; x++)
            {
                bool outside = false;
                for (int channel = 0; channel < 3; channel++)
                {
                    int index = (3 * ((y * source.Width) + x)) + channel;
                    double value = source.Pixels[index] + rows[channel][x];
                    outside |= value is < -0.5 or > 255.5;
                    image.Pixels[index] = (byte)Math.Clamp(Math.Round(value), 0, 255);
                }

                if (outside) clipped++;
            }
        }

        return (image, clipped / ((double)source.Width * source.Height));
    }
}
