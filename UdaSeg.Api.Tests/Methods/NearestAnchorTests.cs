using CsCheck;
using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Infrastructure.Torch.Methods.Cag;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>CAG's pseudo-labels by anchors, and the running mean that anchors are.</summary>
[Collection(nameof(TorchCollection))]
public sealed class NearestAnchorTests
{
    private const int Dimensions = 3, Classes = 4, Height = 6, Width = 7, Batch = 2;

    // Quarters: their squares and sums are exact in single precision, so that slow and fast agree about ties.
    private static readonly Gen<float> Quarters = Gen.Int[-20, 20].Select(i => i / 4f);

    [Fact]
    public void A_pixel_gets_the_nearest_known_anchor_when_the_second_is_farther_by_the_margin() => Gen.Select(
        Quarters.Array[Batch * Dimensions * Height * Width], Quarters.Array[Classes * Dimensions], Gen.Bool.Array[Classes], Gen.Double[0, 3]).Sample(
        (features, anchors, known, margin) =>
        {
            long[] found = Run(features, Batch, Height, Width, anchors, known, margin);
            for (int i = 0; i < found.Length; i++)
            {
                int b = i / (Height * Width), p = i % (Height * Width);
                double[] x = [.. Enumerable.Range(0, Dimensions).Select(d => (double)features[(((b * Dimensions) + d) * Height * Width) + p])];
                (double Distance, int Class)[] ranked = Ranked(x, anchors, known);
                if (ranked.Length < 2)
                {
                    Assert.Equal(255, found[i]);
                    continue;
                }

                double apart = ranked[1].Distance - ranked[0].Distance;
                if (Math.Abs(apart - margin) < 1e-3) continue; // within what single precision leaves of a difference of roots
                Assert.Equal(apart > margin ? ranked[0].Class : 255, found[i]);
            }
        },
        iter: 60);

    [Theory]
    [InlineData(2.0, 0)] // reached exactly
    [InlineData(2.25, 255)]
    public void The_margin_itself_is_enough(double margin, long label) =>
        Assert.Equal(label, Assert.Single(Run([0, 0, 0], 1, 1, 1, [1, 0, 0, 0, 3, 0], [true, true], margin)));

    [Fact]
    public void A_tie_is_no_label_at_any_margin_above_zero() => Assert.Equal(255, Assert.Single(Run([0, 0, 0], 1, 1, 1, [1, 0, 0, 0, 1, 0], [true, true], 1e-3)));

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public void With_fewer_than_two_anchors_no_pixel_has_a_label_even_without_a_margin(bool first, bool second) =>
        Assert.Equal(255, Assert.Single(Run([0, 0, 0], 1, 1, 1, [0, 0, 0, 50, 0, 0], [first, second], 0)));

    [Fact]
    public void An_unknown_anchor_is_neither_nearest_nor_second() =>
        Assert.Equal(1, Assert.Single(Run([0, 0, 0], 1, 1, 1, [0, 0, 0, 1, 0, 0, 0, 1, 0, 9, 0, 0], [false, true, false, true], 2.5)));

    [Fact]
    public void Means_weigh_every_image_alike_and_move_on_once_there_are_enough() => Gen.Select(
        Gen.Int[0, 6], Gen.Select(Gen.Float[-5, 5].Array[2 * Dimensions], Gen.Bool.Array[2]).Array[0, 25]).Sample((most, images) =>
    {
        var means = new RunningMeans(2, Dimensions, most);
        double[]?[] slow = [null, null];
        int[] counts = [0, 0];
        foreach ((float[] values, bool[] present) in images)
        {
            means.Add(values, present);
            for (int c = 0; c < 2; c++)
            {
                if (!present[c]) continue;
                int held = Math.Min(counts[c], most); // so many images stand behind the mean before this one
                double[] before = slow[c] ?? new double[Dimensions];
                slow[c] = [.. before.Select((v, d) => ((held * v) + values[(c * Dimensions) + d]) / (held + 1))];
                counts[c]++;
            }
        }

        float[]?[] read = means.Read();
        for (int c = 0; c < 2; c++)
        {
            Assert.Equal(slow[c] is null, read[c] is null);
            for (int d = 0; d < Dimensions && slow[c] is not null; d++) Assert.Equal(slow[c]![d], read[c]![d], 1e-5);
        }
    });

    [Fact]
    public void Up_to_the_limit_the_running_mean_is_the_mean()
    {
        var means = new RunningMeans(1, 1, 3000);
        float[] values = [.. Enumerable.Range(0, 3000).Select(i => (float)Math.Sin(i))];
        foreach (float value in values) means.Add([value], [true]);
        Assert.Equal(values.Average(v => (double)v), means.Read()[0]![0], 1e-6);
        double before = means.Read()[0]![0];
        means.Add([100], [true]);
        means.Add([100], [true]); // from here on a new image weighs 1/3001
        double once = before + ((100 - before) / 3001);
        Assert.Equal(once + ((100 - once) / 3001), means.Read()[0]![0], 1e-5);
    }

    private static (double Distance, int Class)[] Ranked(double[] x, float[] anchors, bool[] known) =>
    [
        .. Enumerable.Range(0, known.Length).Where(c => known[c])
            .Select(c => (Math.Sqrt(x.Select((v, d) => (v - anchors[(c * Dimensions) + d]) * (v - anchors[(c * Dimensions) + d])).Sum()), c)).Order(),
    ];

    private static long[] Run(float[] features, int batch, int height, int width, float[] anchors, bool[] known, double margin)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = AnchorStage.NearestAnchor(
            from_array(features).reshape(batch, Dimensions, height, width), from_array(anchors).reshape(-1, Dimensions), from_array(known), margin);
        Assert.Equal([batch, height, width], labels.shape);
        return labels.contiguous().data<long>().ToArray();
    }
}
