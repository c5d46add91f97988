using CsCheck;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Photometry.Kernels;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

/// <summary>Each way of working on pixels beside the scalar reference in double precision, and beside the others.</summary>
public sealed class PixelKernelTests
{
    private static readonly PixelKernel[] Kernels = [PixelKernel.Portable, PixelKernel.Best];

    /// <summary>Images smaller than a vector, odd sizes, and more than one block.</summary>
    private static readonly Gen<byte[]> Pixels =
        Gen.OneOf(Gen.Int[1, 70], Gen.Int[500, 1100]).SelectMany(count => Gen.Byte.Array[3 * count]);

    public static TheoryData<bool> Ways => [false, true];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_seventh_of_all_colours_converts_as_the_scalar_reference_does(bool best)
    {
        const int Count = (1 << 24) / 7;
        byte[] rgb = [.. Enumerable.Range(0, Count).SelectMany(i => (byte[])[(byte)(7 * i), (byte)(7 * i >> 8), (byte)(7 * i >> 16)])];
        float[] l = new float[Count], a = new float[Count], b = new float[Count];
        Kernel(best).ToLab(rgb, l, a, b);
        double worst = 0;
        for (int i = 0; i < Count; i++)
        {
            (double le, double ae, double be) = LabColor.FromSrgb(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]);
            worst = Math.Max(worst, Math.Max(Math.Abs(l[i] - le), Math.Max(Math.Abs(a[i] - ae), Math.Abs(b[i] - be))));
        }

        Assert.InRange(worst, 0, 5e-4);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_one_of_all_colours_survives_the_round_trip(bool best)
    {
        byte[] rgb = new byte[3 << 16], back = new byte[3 << 16];
        float[] l = new float[1 << 16], a = new float[1 << 16], b = new float[1 << 16];
        for (int blue = 0; blue < 256; blue++)
        {
            for (int i = 0; i < 1 << 16; i++) (rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]) = ((byte)i, (byte)(i >> 8), (byte)blue);
            Kernel(best).ToLab(rgb, l, a, b);
            Assert.Equal(0, Kernel(best).ToSrgb(l, a, b, back).Clipped);
            Assert.True(rgb.AsSpan().SequenceEqual(back), $"blue {blue}");
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Colours_outside_sRGB_are_clamped_and_counted_as_the_scalar_reference_does(bool best) =>
        Gen.Select(Gen.Float[0, 100], Gen.Float[-128, 128], Gen.Float[-128, 128]).Array[1, 90].Sample(colours =>
        {
            float[] l = [.. colours.Select(c => c.Item1)], a = [.. colours.Select(c => c.Item2)], b = [.. colours.Select(c => c.Item3)];
            var rgb = new byte[3 * colours.Length];
            (double sum, int clipped) = Kernel(best).ToSrgb(l, a, b, rgb);
            double expected = 0;
            for (int i = 0; i < colours.Length; i++)
            {
                (byte red, byte green, byte blue) = LabColor.ToSrgb(colours[i].Item1, colours[i].Item2, colours[i].Item3);
                Assert.InRange(rgb[3 * i], red - 1, red + 1); // Float against double: a value on a rounding border may fall either way.
                Assert.InRange(rgb[(3 * i) + 1], green - 1, green + 1);
                Assert.InRange(rgb[(3 * i) + 2], blue - 1, blue + 1);
                expected += LabColor.FromSrgb(red, green, blue).L;
            }

            Assert.Equal(expected / colours.Length, sum / colours.Length, 0.5); // The reference's sum is of rounded codes.
            Assert.InRange(clipped, 0, colours.Length);
        });

    [Theory]
    [MemberData(nameof(Ways))]
    public void Powers_are_those_of_double_precision(bool best) =>
        Gen.Select(Gen.Float[0, 100].Array[1, 40], Gen.Float[0.2f, 5]).Sample((values, gamma) =>
        {
            float[] mapped = [0, 100, .. values], chroma = [.. values.Select(v => v - 50)];
            Kernel(best).Power(mapped, ChannelGrid.Lightness, gamma);
            Kernel(best).Power(chroma, ChannelGrid.Chroma, gamma);
            Assert.Equal(0, mapped[0], 1e-4f);
            Assert.Equal(100, mapped[1], 1e-4f);
            for (int i = 0; i < values.Length; i++)
            {
                Assert.Equal(100 * Math.Pow(values[i] / 100.0, gamma), mapped[i + 2], 3e-4);
                Assert.Equal((256 * Math.Pow((values[i] - 50 + 128) / 256.0, gamma)) - 128, chroma[i], 1e-3);
            }
        });

    [Fact]
    public void Both_ways_count_alike() => Pixels.Sample(
        rgb =>
        {
            StyleProfile[] profiles = [.. Kernels.Select(k => StyleProfile.Of(new RgbImage(rgb.Length / 3, 1, rgb), 1, k))];
            Assert.Equal(profiles[0].MeanLightness, profiles[1].MeanLightness, 1e-3);
            Assert.Equal(profiles[0].MeanA, profiles[1].MeanA, 1e-3);
            Assert.Equal(profiles[0].MeanB, profiles[1].MeanB, 1e-3);

            // A value on a bin's border may fall to either side: one pixel may move by a bin of 1/8, or two in a hundred.
            int pixels = rgb.Length / 3;
            DomainGap gap = DomainGap.Between(profiles[0], profiles[1]);
            Assert.True(gap.Total < 0.13 * (1 + (pixels / 50.0)) / pixels, $"{gap}");
            Assert.Equal(1, profiles[1].A.Shares.ToArray().Sum(), 1e-4f);
        },
        iter: 60);

    [Theory]
    [MemberData(nameof(Ways))]
    public void Maps_are_those_of_double_precision_for_any_number_of_pixels(bool best) => Gen.Select(Pixels, Gen.Byte.Array[3 * 90]).Sample(
        (rgb, other) =>
        {
            var source = new RgbImage(rgb.Length / 3, 1, rgb);
            foreach (AlignmentScheme scheme in (AlignmentScheme[])[AlignmentScheme.Hybrid, AlignmentScheme.LabGamma, AlignmentScheme.LabHistogram])
            {
                var map = PhotometricMap.Solve(StyleProfile.Of(source), StyleProfile.Of(new RgbImage(90, 1, other)), new AlignmentSettings(scheme));
                var mapped = new RgbImage(source.Width, 1);
                map.Apply(source, mapped, 1, Kernel(best));
                for (int i = 0; i < rgb.Length; i += 3)
                {
                    Assert.True(IsOf(map, rgb.AsSpan(i, 3), mapped.Pixels.AsSpan(i, 3)), $"{scheme}, pixel {i / 3}");
                }
            }
        },
        iter: 20);

    [Fact]
    public void A_pixel_is_mapped_alike_wherever_it_stands()
    {
        RgbImage image = GoldenImages.Waves(97, 13);
        var map = PhotometricMap.Solve(StyleProfile.Of(image), StyleProfile.Of(GoldenImages.Waves(40, 30, 2, 1.3)), new AlignmentSettings());
        byte[] whole = map.Apply(image).Image.Pixels;
        for (int pixel = 0; pixel < 97 * 13; pixel += 11)
        {
            var one = new RgbImage(1, 1, image.Pixels[(3 * pixel)..((3 * pixel) + 3)]);
            map.Apply(one, one); // in place
            Assert.Equal(whole[(3 * pixel)..((3 * pixel) + 3)], one.Pixels);
        }
    }

    /// <summary>
    /// Within one of what double precision gives. A matched histogram jumps where the reference has no values; a colour that close to the jump may fall to either side, so
    /// anything between what the neighbours within single precision give is right too.
    /// </summary>
    private static bool IsOf(PhotometricMap map, ReadOnlySpan<byte> rgb, ReadOnlySpan<byte> mapped)
    {
        const double Precision = 5e-4; // see the conversions above
        (byte Red, byte Green, byte Blue) exact = map.ApplyExactly(rgb[0], rgb[1], rgb[2]);
        int[] least = [exact.Red, exact.Green, exact.Blue], most = [.. least];
        if (Within(least, mapped, most)) return true;
        for (int corner = 0; corner < 8; corner++)
        {
            (double, double, double) off = ((((corner & 1) * 2) - 1) * Precision, ((corner & 2) - 1) * Precision, (((corner & 4) / 2) - 1) * Precision);
            (byte red, byte green, byte blue) = map.ApplyExactly(rgb[0], rgb[1], rgb[2], off);
            int[] near = [red, green, blue];
            for (int c = 0; c < 3; c++) (least[c], most[c]) = (Math.Min(least[c], near[c]), Math.Max(most[c], near[c]));
        }

        return Within(least, mapped, most);
    }

    private static bool Within(int[] least, ReadOnlySpan<byte> values, int[] most)
    {
        for (int c = 0; c < 3; c++)
        {
            if (values[c] < least[c] - 1 || values[c] > most[c] + 1) return false;
        }

        return true;
    }

    private static PixelKernel Kernel(bool best) => Kernels[best ? 1 : 0];
}
