using CsCheck;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>torchvision's definitions, written out slowly.</summary>
public sealed class ColorJitterTests
{
    private static readonly Gen<float[]> Images = Gen.Float.Unit.Array[3 * 16];

    [Fact]
    public void Brightness_blends_with_black() => Gen.Select(Images, Gen.Float[0, 2]).Sample((image, factor) =>
        Same(Changed(image, p => ColorJitter.Brightness(p, factor)), image.Select(v => Math.Clamp(v * (double)factor, 0, 1))));

    [Fact]
    public void Contrast_blends_with_the_mean_grey() => Gen.Select(Images, Gen.Float[0, 2]).Sample((image, factor) =>
    {
        double mean = Enumerable.Range(0, 16).Average(i => Grey(image, i));
        Same(Changed(image, p => ColorJitter.Contrast(p, factor)), image.Select(v => Math.Clamp((v * (double)factor) + ((1 - (double)factor) * mean), 0, 1)));
    });

    [Fact]
    public void Saturation_blends_with_each_pixels_grey() => Gen.Select(Images, Gen.Float[0, 2]).Sample((image, factor) =>
        Same(
            Changed(image, p => ColorJitter.Saturation(p, factor)),
            image.Select((v, i) => Math.Clamp((v * (double)factor) + ((1 - (double)factor) * Grey(image, i % 16)), 0, 1))));

    [Fact]
    public void Hue_turns_the_angle_of_hsv() => Gen.Select(Images, Gen.Float[-0.5f, 0.5f]).Sample((image, shift) =>
    {
        float[] turned = Changed(image, p => ColorJitter.Hue(p, shift));
        for (int i = 0; i < 16; i++)
        {
            (double h, double s, double v) = Hsv(image[i], image[16 + i], image[32 + i]);
            (double r, double g, double b) = Rgb((h + shift + 1) % 1, s, v);
            Assert.Equal(r, turned[i], 1e-4);
            Assert.Equal(g, turned[16 + i], 1e-4);
            Assert.Equal(b, turned[32 + i], 1e-4);
        }
    });

    /// <summary>A length that no vector divides, against one pixel after another, which no vector takes.</summary>
    [Fact]
    public void Vectors_round_as_single_pixels_do() => Gen.Select(Gen.Float.Unit.Array[3 * 37], Gen.Float[0, 2], Gen.Float[-0.5f, 0.5f]).Sample((image, factor, shift) =>
    {
        foreach (Action<float[]> change in new Action<float[]>[]
        {
            p => ColorJitter.Brightness(p, factor), p => ColorJitter.Saturation(p, factor), p => ColorJitter.Hue(p, shift),
        })
        {
            float[] whole = Changed(image, change);
            for (int i = 0; i < 37; i++)
            {
                float[] alone = Changed([image[i], image[37 + i], image[74 + i]], change);
                Assert.Equal((alone[0], alone[1], alone[2]), (whole[i], whole[37 + i], whole[74 + i]));
            }
        }
    });

    [Fact]
    public void Grey_has_no_hue_to_turn()
    {
        float[] grey = [.. Enumerable.Repeat(0.25f, 3 * 19)];
        Assert.Equal(grey, Changed(grey, p => ColorJitter.Hue(p, 0.3f)));
    }

    [Fact]
    public void All_orders_and_factors_in_range_occur_and_one_key_gives_one_result()
    {
        float[] image = [.. Enumerable.Range(0, 48).Select(i => i / 48f)];
        var settings = new JitterSettings();
        float[][] results = [.. Enumerable.Range(0, 64).Select(i => Changed(image, p => ColorJitter.Apply(p, settings, new DrawSequence((ulong)i))))];
        Assert.Equal(64, results.Select(r => string.Join(',', r)).Distinct().Count());
        Assert.Equal(results[7], Changed(image, p => ColorJitter.Apply(p, settings, new DrawSequence(7))));
        Assert.Equal(image, Changed(image, p => ColorJitter.Apply(p, settings with { Enabled = false }, new DrawSequence(7))));
        Assert.All(results.SelectMany(r => r), v => Assert.InRange(v, 0, 1.00001f));
    }

    private static float[] Changed(float[] image, Action<float[]> change)
    {
        float[] copy = [.. image];
        change(copy);
        return copy;
    }

    private static void Same(float[] actual, IEnumerable<double> expected)
    {
        foreach ((double e, float a) in expected.Zip(actual)) Assert.Equal(e, a, 1e-4);
    }

    private static double Grey(float[] image, int i) => (0.2989 * image[i]) + (0.587 * image[16 + i]) + (0.114 * image[32 + i]);

    private static (double H, double S, double V) Hsv(double r, double g, double b)
    {
        double max = Math.Max(r, Math.Max(g, b)), min = Math.Min(r, Math.Min(g, b)), d = max - min;
        if (d == 0) return (0, 0, max);
        double h = max == r ? (((g - b) / d) + 6) % 6 : max == g ? ((b - r) / d) + 2 : ((r - g) / d) + 4;
        return (h / 6, d / max, max);
    }

    private static (double R, double G, double B) Rgb(double h, double s, double v)
    {
        int i = (int)Math.Floor(h * 6) % 6;
        double f = (h * 6) - Math.Floor(h * 6), p = v * (1 - s), q = v * (1 - (s * f)), t = v * (1 - (s * (1 - f)));
        return i switch { 0 => (v, t, p), 1 => (q, v, p), 2 => (p, v, t), 3 => (p, q, v), 4 => (t, p, v), _ => (v, p, q) };
    }
}
