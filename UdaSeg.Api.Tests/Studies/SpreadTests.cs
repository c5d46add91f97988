using CsCheck;
using UdaSeg.Domain.Studies;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class SpreadTests
{
    [Fact]
    public void No_value_has_no_spread() => Assert.Null(Spread.Of([]));

    [Fact]
    public void One_value_has_no_deviation() => Assert.Equal(new Spread(0.4, null, 1), Spread.Of([0.4]));

    [Fact]
    public void The_deviation_is_the_sample_s()
    {
        // Mean 5; squares of the differences 9, 1, 1, 1, 0, 0, 4, 16: their sum 32 over 7.
        Spread eight = Spread.Of([2, 4, 4, 4, 5, 5, 7, 9])!;
        Assert.Equal((5.0, 8), (eight.Mean, eight.N));
        Assert.Equal(2.138089935, eight.Sd!.Value, 9);

        // Two values lie as far apart as √2 deviations.
        Assert.Equal(0.1, Spread.Of([0.3, 0.3 + (0.1 * Math.Sqrt(2))])!.Sd!.Value, 12);
    }

    /// <summary>Σ over pairs of (x − y)² = n (n − 1) sd²: the deviation without a mean.</summary>
    [Fact]
    public void The_deviation_agrees_with_the_differences_of_all_pairs() => Gen.Double[0, 1].Array[2, 20].Sample(values =>
    {
        Spread spread = Spread.Of(values)!;
        double pairs = 0, sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i];
            for (int j = 0; j < i; j++) pairs += (values[i] - values[j]) * (values[i] - values[j]);
        }

        Assert.Equal(sum / values.Length, spread.Mean, 12);
        Assert.Equal(Math.Sqrt(pairs / (values.Length * (values.Length - 1))), spread.Sd!.Value, 12);
        Assert.Equal(values.Length, spread.N);
    });
}
