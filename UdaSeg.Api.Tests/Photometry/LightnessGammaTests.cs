using System.Text.Json;
using CsCheck;
using UdaSeg.Domain.Photometry;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

public sealed class LightnessGammaTests
{
    private static readonly Gen<(double[] Values, double Mean, double Beta)> Problems =
        from exponent in Gen.Double[0.2, 6]
        from units in Gen.Double[0, 1].Array[1, 60]
        from mean in Gen.Double[0, 1]
        from beta in Gen.OneOf(Gen.Const(0.0), Gen.Double[0.0001, 0.2])
        select (units.Select(u => Math.Pow(u, exponent)).ToArray(), mean, beta);

    public static TheoryData<int> GoldenCases => [.. Enumerable.Range(0, GoldenImages.Photometric.GetProperty("gammaSolve").GetArrayLength())];

    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void The_solver_finds_the_golden_gamma(int index)
    {
        JsonElement golden = GoldenImages.Photometric.GetProperty("gammaSolve")[index];
        float[] lightness = [.. golden.GetProperty("sourceLightness").EnumerateArray().Select(v => v.GetSingle())];
        double mean = golden.GetProperty("referenceMean").GetDouble(), beta = golden.GetProperty("beta").GetDouble();
        double expected = golden.GetProperty("gamma").GetDouble();
        double[] values = Array.ConvertAll(lightness, v => (double)v), weights = [.. values.Select(_ => 1.0)];

        // The golden search ended at γ = 12.02: one case (β = 0) stops there, although only γ = 17.86 reaches the reference's mean.
        Assert.Equal(expected, LightnessGamma.Minimise(values, weights, mean, beta, 0.02, 12.02), 0.002);

        // What is applied is the golden value within the limits, from a histogram.
        ChannelHistogram histogram = ChannelHistogram.Of(ChannelGrid.Lightness, Array.ConvertAll(lightness, v => 100 * v));
        double solved = LightnessGamma.Solve(histogram, 100 * values.Average(), 100 * mean, beta);
        Assert.Equal(Math.Clamp(expected, LightnessGamma.Min, LightnessGamma.Max), solved, 0.002);
    }

    /// <summary>The cost need not be convex, so the reference tries every γ of a dense grid.</summary>
    [Fact]
    public void No_gamma_of_a_dense_grid_is_cheaper() => Problems.Sample(
        problem =>
        {
            (double[] values, double mean, double beta) = problem;
            double found = LightnessGamma.Minimise(values, [.. values.Select(_ => 2.0)], mean, beta);
            Assert.InRange(found, LightnessGamma.Min, LightnessGamma.Max);
            double best = double.PositiveInfinity;
            for (double gamma = LightnessGamma.Min; gamma <= LightnessGamma.Max; gamma *= 1.002) best = Math.Min(best, SlowCost(values, mean, beta, gamma));
            Assert.True(SlowCost(values, mean, beta, found) <= best + 1e-7, $"γ = {found}: {SlowCost(values, mean, beta, found)} against {best}");
        },
        iter: 300);

    [Fact]
    public void A_dark_image_with_a_local_minimum_near_one_is_still_brightened_fully()
    {
        double[] values = [1e-4, 2e-4, 5e-5];
        double gamma = LightnessGamma.Minimise(values, [1, 1, 1], 0.5, 0.01, min: 0.01);
        Assert.InRange(gamma, 0.06, 0.12);
    }

    [Fact]
    public void Equal_means_leave_gamma_at_one() => Gen.Float[0, 100].Array[1, 50].Sample(lightness =>
    {
        double mean = lightness.Average(v => (double)v);
        return LightnessGamma.Solve(ChannelHistogram.Of(ChannelGrid.Lightness, lightness), mean, mean, 0.01) == 1;
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Blacks_and_whites_are_moved_by_no_gamma(double value) => Assert.Equal(1, LightnessGamma.Minimise([value], [1], 0.5, 0.01));

    [Fact]
    public void A_large_beta_keeps_gamma_at_one() => Assert.Equal(1, LightnessGamma.Minimise([0.2, 0.4], [1, 1], 0.9, 1e6), 1e-4);

    private static double SlowCost(double[] values, double mean, double beta, double gamma)
    {
        double gap = values.Average(v => Math.Pow(v, gamma)) - mean;
        return (gap * gap) + (beta * (gamma - 1) * (gamma - 1));
    }
}
