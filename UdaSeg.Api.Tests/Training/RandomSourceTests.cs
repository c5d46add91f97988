using CsCheck;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Training;

public sealed class RandomSourceTests
{
    [Fact]
    public void A_draw_depends_on_every_part_of_its_key()
    {
        ulong[] draws =
        [
            RandomSource.Bits(1, 2, 3, 4, DrawPurpose.Flip),
            RandomSource.Bits(2, 2, 3, 4, DrawPurpose.Flip),
            RandomSource.Bits(1, 3, 3, 4, DrawPurpose.Flip),
            RandomSource.Bits(1, 2, 4, 4, DrawPurpose.Flip),
            RandomSource.Bits(1, 2, 3, 5, DrawPurpose.Flip),
            RandomSource.Bits(1, 2, 3, 4, DrawPurpose.CropX),
        ];
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }

    [Fact]
    public void Units_lie_in_the_half_open_interval_and_have_the_moments_of_the_uniform_law()
    {
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(i => RandomSource.Unit(7, 0, i, 0, DrawPurpose.Scale))];
        Assert.All(draws, d => Assert.InRange(d, 0, 1 - 1e-16));
        double mean = draws.Average();
        double variance = draws.Average(d => (d - mean) * (d - mean));
        Assert.Equal(0.5, mean, 0.005);
        Assert.Equal(1.0 / 12, variance, 0.002);
    }

    [Fact]
    public void Below_stays_below() => Gen.Select(Gen.Int[1, 1000], Gen.Long, Gen.Int[0, 1_000_000])
        .Sample((count, seed, iteration) => RandomSource.Below(count, seed, 1, iteration, 0, DrawPurpose.SourceSample) is var d && d >= 0 && d < count);
}
