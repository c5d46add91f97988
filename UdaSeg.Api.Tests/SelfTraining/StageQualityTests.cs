using CsCheck;
using UdaSeg.Domain.SelfTraining;
using Xunit;

namespace UdaSeg.Api.Tests.SelfTraining;

public sealed class StageQualityTests
{
    [Fact]
    public void Chosen_samples_are_spread_evenly() => Gen.Select(Gen.Int[1, 300], Gen.Int[0, 40]).Sample((count, max) =>
    {
        int[] chosen = StageQuality.Choose(count, max);
        Assert.Equal(Math.Min(count, max), chosen.Length);
        if (chosen.Length == 0) return;
        Assert.Equal(0, chosen[0]);
        Assert.All(chosen.Skip(1).Append(count).Zip(chosen, (next, at) => next - at), gap => Assert.InRange(gap, count / chosen.Length, (count / chosen.Length) + 1));
    });

    [Fact]
    public void Equal_labels_are_counted_place_by_place()
    {
        Assert.Equal(2, StageQuality.CountEqual([1, 2, 3, 4], [1, 3, 2, 4]));
        Assert.Throws<ArgumentException>(() => StageQuality.CountEqual([1], [1, 2]));
    }
}
