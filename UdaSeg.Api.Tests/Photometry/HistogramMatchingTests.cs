using CsCheck;
using UdaSeg.Domain.Photometry;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

public sealed class HistogramMatchingTests
{
    private static readonly Gen<float[]> Values = Gen.Select(Gen.Float[-80, 80], Gen.Float[0.1f, 40], Gen.Int[1, 400])
        .SelectMany((center, spread, count) => Gen.Float[center - spread, center + spread].Array[count]);

    [Fact]
    public void Equal_histograms_give_the_identity() => Values.Sample(values =>
    {
        ChannelHistogram histogram = ChannelHistogram.Of(ChannelGrid.Chroma, values);
        MatchTable table = HistogramMatching.Between(histogram, histogram);
        return values.All(v => Math.Abs(table.Map(v) - v) <= 2e-4);
    });

    [Fact]
    public void The_map_is_monotone_and_stays_in_the_range_of_the_reference() => Gen.Select(Values, Values).Sample((source, reference) =>
    {
        MatchTable table = Match(source, reference);
        float previous = float.NegativeInfinity;
        for (float v = -130; v <= 130; v += 0.03f)
        {
            float mapped = table.Map(v);
            Assert.True(mapped >= previous - 1e-4f, $"{mapped} after {previous}");
            Assert.InRange(mapped, reference.Min() - 0.126f, reference.Max() + 0.126f);
            previous = mapped;
        }
    });

    [Fact]
    public void Spans_map_as_single_values_do() => Gen.Select(Values, Values).Sample((source, reference) =>
    {
        MatchTable table = Match(source, reference);
        float[] mapped = [.. source];
        table.Map(mapped);
        return source.Zip(mapped, (s, m) => table.Map(s) == m).All(equal => equal);
    });

    /// <summary>Slow and obvious: the k-th smallest of n values takes the place of the reference's quantile (k + ½) / n.</summary>
    [Fact]
    public void Distinct_values_land_where_sorting_puts_them()
    {
        float[] source = [.. Enumerable.Range(0, 4000).Select(i => -60 + (i * 0.03f))];
        float[] reference = [.. Enumerable.Range(0, 4000).Select(i => 20 * MathF.Sin(i * 0.7f) + (i * 0.002f))];
        MatchTable table = Match(source, reference);
        float[] sorted = [.. reference.Order()];
        for (int k = 0; k < source.Length; k++) Assert.Equal(sorted[k], table.Map(source[k]), 0.13f);
    }

    [Fact]
    public void A_single_value_maps_to_the_middle_of_the_reference()
    {
        float[] reference = [.. Enumerable.Range(0, 1001).Select(i => i * 0.02f)];
        Assert.Equal(10, Match([-40f], reference).Map(-40f), 0.1f);
    }

    [Fact]
    public void Neighbouring_bins_do_not_band()
    {
        float[] source = [.. Enumerable.Range(0, 100_000).Select(i => 10 * (i / 100_000f))];
        float[] reference = [.. Enumerable.Range(0, 100_000).Select(i => 80 * (i / 100_000f))];
        MatchTable table = Match(source, reference);
        for (float v = 0.5f; v < 9.5f; v += 0.01f) Assert.Equal(0.08f, table.Map(v + 0.01f) - table.Map(v), 0.02f);
    }

    [Fact]
    public void Different_grids_do_not_match() => Assert.Throws<ArgumentException>(
        () => HistogramMatching.Between(ChannelHistogram.Of(ChannelGrid.Chroma, [1]), ChannelHistogram.Of(ChannelGrid.Lightness, [1])));

    private static MatchTable Match(float[] source, float[] reference) =>
        HistogramMatching.Between(ChannelHistogram.Of(ChannelGrid.Chroma, source), ChannelHistogram.Of(ChannelGrid.Chroma, reference));
}
