using System.Text.Json;
using CsCheck;
using UdaSeg.Domain.SelfTraining;
using Xunit;

namespace UdaSeg.Api.Tests.SelfTraining;

public sealed class ConfidenceHistogramTests
{
    private static readonly Gen<(byte Label, float Confidence)[]> Pixels = Gen.Select(Gen.Int[0, 2], Gen.Float[0, 1])
        .Select((label, confidence) => (label == 2 ? (byte)255 : (byte)label, confidence)).Array[0, 500];

    [Fact]
    public void Counts_and_kept_shares_are_those_of_the_pixels() => Gen.Select(Pixels, Gen.Float[0, 1]).Sample((pixels, threshold) =>
    {
        ConfidenceHistogram histogram = Fill(pixels);
        for (int c = 0; c < 2; c++)
        {
            float[] own = [.. pixels.Where(p => p.Label == c).Select(p => p.Confidence)];
            Assert.Equal(own.Length, histogram.Count(c));
            if (own.Length == 0)
            {
                Assert.Null(histogram.ShareAtLeast(c, threshold));
                Assert.Null(histogram.Quantile(c, 0.5));
                continue;
            }

            // The threshold's own bin is split evenly; only its pixels may be counted wrongly.
            int unsure = own.Count(v => (int)(v * ConfidenceHistogram.Bins) == (int)(threshold * ConfidenceHistogram.Bins));
            Assert.Equal(own.Count(v => v >= threshold), histogram.ShareAtLeast(c, threshold)!.Value * own.Length, unsure + 1e-6);
        }
    });

    [Fact]
    public void Quantiles_rise_and_lie_within_a_bin_of_the_sorted_values() => Pixels.Where(p => p.Any(x => x.Label == 0)).Sample(pixels =>
    {
        ConfidenceHistogram histogram = Fill(pixels);
        float[] sorted = [.. pixels.Where(p => p.Label == 0).Select(p => p.Confidence).Order()];
        double previous = 0;
        for (double fraction = 0; fraction <= 1; fraction += 0.05)
        {
            double rank = fraction * (sorted.Length - 1), quantile = histogram.Quantile(0, fraction)!.Value;
            int below = (int)rank, above = Math.Min(below + 1, sorted.Length - 1);
            Assert.Equal(sorted[below] + ((sorted[above] - sorted[below]) * (rank - below)), quantile, (1.0 / ConfidenceHistogram.Bins) + 1e-6);
            Assert.True(quantile >= previous);
            previous = quantile;
        }
    });

    [Fact]
    public void Merging_parts_equals_filling_one() => Gen.Select(Pixels, Pixels).Sample((first, second) =>
    {
        ConfidenceHistogram merged = Fill(first);
        merged.Merge(Fill(second));
        return Json(merged) == Json(Fill([.. first, .. second]));
    });

    [Fact]
    public void A_histogram_survives_JSON() => Pixels.Sample(pixels =>
    {
        string json = Json(Fill(pixels));
        return Json(ConfidenceHistogram.FromRecord(JsonSerializer.Deserialize<ConfidenceHistogramRecord>(json)!)) == json;
    });

    [Fact]
    public void What_another_setting_keeps_is_answered_from_the_counts()
    {
        var histogram = new ConfidenceHistogram(3);
        for (int i = 0; i < 1000; i++) histogram.Add(0, (i + 0.5f) / 1000);
        for (int i = 0; i < 1000; i++) histogram.Add(1, 0.5f + ((i + 0.5f) / 2000));
        KeptShare kept = histogram.Kept(20, 0.9);
        Assert.Equal(0.8, kept.Thresholds[0], 0.002);
        Assert.Equal(0.9, kept.Thresholds[1], 0.002);
        Assert.Equal(0.2, kept.PerClass[0]!.Value, 0.002);
        Assert.Equal(0.2, kept.PerClass[1]!.Value, 0.002);
        Assert.Null(kept.PerClass[2]);
        Assert.Equal(0.2, kept.Total, 0.002);
        Assert.Equal(0.55, histogram.Kept(50, 0.7).Total, 0.002); // 0: above 0.5; 1: above 0.7.
        Assert.Equal(0, new ConfidenceHistogram(2).Kept(10, 0.9).Total);
    }

    [Fact]
    public void Faulty_input_is_refused()
    {
        var histogram = new ConfidenceHistogram(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Add(2, 0.5f));
        Assert.Throws<ArgumentException>(() => histogram.Add(0, float.NaN));
        Assert.Throws<ArgumentException>(() => histogram.Add([0, 1], [0.5f]));
        Assert.Throws<ArgumentException>(() => histogram.Merge(new ConfidenceHistogram(3)));
        Assert.Throws<InvalidDataException>(() => ConfidenceHistogram.FromRecord(new(5, [])));
        Assert.Throws<InvalidDataException>(() => ConfidenceHistogram.FromRecord(new(ConfidenceHistogram.Bins, [new([ConfidenceHistogram.Bins], [1])])));
    }

    [Fact]
    public void Certainty_falls_into_the_last_bin()
    {
        var histogram = new ConfidenceHistogram(1);
        histogram.Add(0, 1f);
        Assert.Equal(ConfidenceHistogram.Bins - 1, Assert.Single(histogram.ToRecord().Classes[0].Bins));
    }

    private static string Json(ConfidenceHistogram histogram) => JsonSerializer.Serialize(histogram.ToRecord());

    private static ConfidenceHistogram Fill((byte Label, float Confidence)[] pixels)
    {
        var histogram = new ConfidenceHistogram(2);
        histogram.Add([.. pixels.Select(p => p.Label)], [.. pixels.Select(p => p.Confidence)]);
        return histogram;
    }
}
