using CsCheck;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Torch.Methods.Dtst;
using Xunit;

namespace UdaSeg.Api.Tests.Methods;

public sealed class RegionsTests
{
    private static readonly Gen<(long[] Labels, int Width, int Most)> Maps =
        from width in Gen.Int[1, 9]
        from height in Gen.Int[1, 9]
        from labels in Gen.Int[0, 7].Select(i => i < 3 ? 1L : i < 7 ? 0 : 255).Array[width * height]
        from most in Gen.Int[1, 6]
        select (labels, width, most);

    [Fact]
    public void They_are_the_largest_of_those_that_touch_by_a_side_or_a_corner() => Maps.Sample(map =>
    {
        int[][] slow = [.. Slowly(map.Labels, map.Width, 1).OrderByDescending(r => r.Length).ThenBy(r => r.Min()).Take(map.Most)];
        Assert.Equal(slow, Regions.Largest(map.Labels, map.Width, 1, map.Most));
    });

    [Fact]
    public void The_right_border_does_not_touch_the_left_one() =>
        Assert.Equal([[2], [3]], Regions.Largest([0, 0, 1, 1, 0, 0], 3, 1, 10)); // neighbours in memory, not in the image

    [Fact]
    public void Corners_join_and_equal_regions_keep_the_order_of_their_first_pixels()
    {
        long[] labels =
        [
            1, 0, 0, 7,
            0, 1, 0, 7,
            0, 0, 0, 0,
            1, 1, 0, 1,
        ];
        Assert.Equal([[0, 5], [12, 13], [15]], Regions.Largest(labels, 4, 1, 10));
        Assert.Equal([[0, 5]], Regions.Largest(labels, 4, 1, 1));
        Assert.Empty(Regions.Largest(labels, 4, 3, 10));
    }

    [Fact]
    public void Things_of_the_benchmarks_are_those_that_the_method_counts()
    {
        LabelSpace space = BuiltInLabelSpaces.Cityscapes19;
        int[] things = [.. space.Classes.Where(c => Things.Is(c.Name)).Select(c => c.Index)];
        Assert.Equal([5, 6, 7, 11, 12, 13, 14, 15, 16, 17, 18], things);
        Assert.Equal(
            ["pole", "traffic light", "traffic sign", "person", "rider", "car", "bus", "motorcycle", "bicycle"],
            BuiltInLabelSpaces.Synthia16.Classes.Where(c => Things.Is(c.Name)).Select(c => c.Name));
    }

    [Theory]
    [InlineData("Traffic_Light", true)]
    [InlineData("traffic-sign", true)]
    [InlineData("sign", true)] // of the demo's streets
    [InlineData("SignSymbol", true)]
    [InlineData("Column_Pole", true)]
    [InlineData("Person", true)]
    [InlineData("road", false)]
    [InlineData("sky", false)]
    [InlineData("carpet", false)]
    public void Names_of_things_may_be_written_in_several_ways(string name, bool thing) => Assert.Equal(thing, Things.Is(name));

    /// <summary>Every pixel takes the least number around it until nothing changes.</summary>
    private static IEnumerable<int[]> Slowly(long[] labels, int width, long label)
    {
        int[] number = [.. labels.Select((l, p) => l == label ? p : -1)];
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int a = 0; a < labels.Length; a++)
            {
                for (int b = 0; b < labels.Length; b++)
                {
                    bool touch = Math.Abs((a % width) - (b % width)) <= 1 && Math.Abs((a / width) - (b / width)) <= 1;
                    if (!touch || number[a] < 0 || number[b] < 0 || number[b] >= number[a]) continue;
                    number[a] = number[b];
                    changed = true;
                }
            }
        }

        return Enumerable.Range(0, labels.Length).Where(p => number[p] >= 0).GroupBy(p => number[p]).Select(g => g.ToArray());
    }
}
