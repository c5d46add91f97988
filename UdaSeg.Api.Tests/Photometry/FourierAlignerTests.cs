using System.Numerics;
using CsCheck;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

public sealed class FourierAlignerTests
{
    [Fact]
    public void Alignment_equals_the_whole_transform_written_out() => Gen.Select(Gen.Int[3, 13], Gen.Int[3, 13], Gen.Double[0, 0.34], Gen.Int[0, 1000])
        .Sample(
            (width, height, beta, seed) =>
            {
                RgbImage source = Noise(width, height, seed), reference = Noise(width, height, seed + 1);
                RgbImage aligned = FourierAligner.AlignFourier(source, reference, new AlignmentSettings(AlignmentScheme.Fourier, FourierBeta: beta)).Image;
                double[] slow = Slow(source, reference, (int)Math.Floor(Math.Min(width, height) * beta));
                for (int i = 0; i < slow.Length; i++) Assert.Equal(Math.Clamp(slow[i], 0, 255), aligned.Pixels[i], 0.5 + 1e-6);
            },
            iter: 40);

    [Fact]
    public void An_image_aligned_to_itself_stays_as_it_is()
    {
        RgbImage image = Noise(31, 20, 3);
        Assert.Equal(image.Pixels, FourierAligner.AlignFourier(image, image, new AlignmentSettings(AlignmentScheme.Fourier, FourierBeta: 0.5)).Image.Pixels);
    }

    [Fact]
    public void Beta_zero_swaps_the_mean_colour_only()
    {
        RgbImage source = GoldenImages.Waves(30, 20, 0, 0.8), reference = GoldenImages.Plain(11, 17, 100, 120, 90);
        RgbImage aligned = FourierAligner.AlignFourier(source, reference, new AlignmentSettings(AlignmentScheme.Fourier, FourierBeta: 0)).Image;
        for (int channel = 0; channel < 3; channel++)
        {
            // All pixels shift alike, so rounding may, too: half a level.
            Assert.Equal(reference.Pixels[channel], aligned.Pixels.Where((_, i) => i % 3 == channel).Average(p => (double)p), 0.51);
        }
    }

    [Fact]
    public void A_reference_of_another_size_needs_no_resizing()
    {
        RgbImage source = GoldenImages.Waves(60, 40), small = GoldenImages.Waves(48, 36, 1.5, 0.7), doubled = new(96, 72);
        for (int i = 0; i < doubled.Pixels.Length; i++) doubled.Pixels[i] = small.Pixels[(3 * ((i / 3 / 96 / 2 * 48) + (i / 3 % 96 / 2))) + (i % 3)];
        var settings = new AlignmentSettings(AlignmentScheme.Fourier, FourierBeta: 0.05);
        (double mean, _) = GoldenImages.Difference(
            FourierAligner.AlignFourier(source, small, settings).Image, FourierAligner.AlignFourier(source, doubled, settings).Image);
        Assert.InRange(mean, 0, 0.5);
    }

    [Theory]
    [InlineData(1024, 2048, 0.01, 10)]
    [InlineData(160, 96, 0.05, 4)]
    [InlineData(10, 10, 0.5, 4)]
    [InlineData(1, 1, 0.5, 0)]
    public void The_window_follows_the_shorter_side(int width, int height, double beta, int halfWidth) =>
        Assert.Equal(halfWidth, FourierAligner.HalfWidth(width, height, beta));

    private static RgbImage Noise(int width, int height, int seed)
    {
        var image = new RgbImage(width, height);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }

    /// <summary>All frequencies by their definition, the amplitudes within the window swapped, and all the way back.</summary>
    private static double[] Slow(RgbImage source, RgbImage reference, int b)
    {
        int width = source.Width, height = source.Height;
        var result = new double[3 * width * height];
        for (int channel = 0; channel < 3; channel++)
        {
            Complex[,] spectrum = Transform(Plane(source, channel), -1), style = Transform(Plane(reference, channel), -1);
            for (int v = 0; v < height; v++)
            {
                for (int u = 0; u < width; u++)
                {
                    bool low = Math.Min(v, height - v) <= b && Math.Min(u, width - u) <= b;
                    if (low) spectrum[v, u] = Complex.FromPolarCoordinates(style[v, u].Magnitude, spectrum[v, u].Phase);
                }
            }

            Complex[,] plane = Transform(spectrum, 1);
            for (int i = 0; i < width * height; i++)
            {
                result[(3 * i) + channel] = plane[i / width, i % width].Real / (width * height);
            }
        }

        return result;
    }

    private static Complex[,] Plane(RgbImage image, int channel)
    {
        var plane = new Complex[image.Height, image.Width];
        for (int i = 0; i < image.Width * image.Height; i++) plane[i / image.Width, i % image.Width] = image.Pixels[(3 * i) + channel];
        return plane;
    }

    private static Complex[,] Transform(Complex[,] input, int sign)
    {
        int height = input.GetLength(0), width = input.GetLength(1);
        var output = new Complex[height, width];
        for (int i = 0; i < width * height; i++)
        {
            for (int j = 0; j < width * height; j++)
            {
                double turns = ((double)(i / width) * (j / width) / height) + ((double)(i % width) * (j % width) / width);
                output[i / width, i % width] += input[j / width, j % width] * Complex.FromPolarCoordinates(1, sign * 2 * Math.PI * turns);
            }
        }

        return output;
    }
}
