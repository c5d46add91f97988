using System.Text.Json;
using CsCheck;
using UdaSeg.Domain.SelfTraining;
using Xunit;

namespace UdaSeg.Api.Tests.SelfTraining;

public sealed class CategoryCentersTests
{
    private static readonly JsonElement Golden = GoldenTraining.Root.GetProperty("centres");
    private static readonly float[][] Features = [.. Golden.GetProperty("features").EnumerateArray().Select(f => f.Floats())];
    private static readonly int[] Labels = Golden.GetProperty("labels").Ints();

    [Fact]
    public void Centres_equal_the_golden_ones_and_an_empty_class_has_none()
    {
        CategoryCenters centers = Sums(0, Features.Length).Build();
        JsonElement[] expected = [.. Golden.GetProperty("expected").EnumerateArray()];
        Assert.Contains(expected, e => e.ValueKind == JsonValueKind.Null);
        for (int c = 0; c < expected.Length; c++)
        {
            Assert.Equal(expected[c].ValueKind != JsonValueKind.Null, centers.Mask()[c]);
            Assert.Equal(Labels.Count(l => l == c), centers.Pixels[c]);
            if (!centers.Mask()[c]) continue;
            double?[] numbers = expected[c].Numbers();
            for (int d = 0; d < numbers.Length; d++) Assert.Equal(numbers[d]!.Value, centers.Centers[c]![d], 1e-5);
        }
    }

    [Theory]
    [InlineData("hardest", false)]
    [InlineData("all", true)]
    public void The_slow_triplet_loss_equals_the_golden_one(string field, bool allNegatives)
    {
        JsonElement triplet = GoldenTraining.Root.GetProperty("triplet");
        double loss = SlowTriplet.Loss(Features, Labels, Sums(0, Features.Length).Build().Centers, triplet.GetProperty("margin").GetDouble(), allNegatives);
        Assert.Equal(triplet.GetProperty(field).GetDouble(), loss, 1e-5);
    }

    [Fact]
    public void Merged_and_precomputed_sums_give_the_same_centres() => Gen.Int[0, 240].Sample(cut =>
    {
        CategoryCenterSums whole = Sums(0, Features.Length), merged = Sums(0, cut), bulk = new(whole.Classes, whole.Dimensions);
        merged.Merge(Sums(cut, Features.Length));
        var sums = new double[whole.Classes * whole.Dimensions];
        var counts = new long[whole.Classes];
        for (int i = 0; i < Labels.Length; i++)
        {
            if (Labels[i] == 255) continue;
            counts[Labels[i]]++;
            for (int d = 0; d < whole.Dimensions; d++) sums[(Labels[i] * whole.Dimensions) + d] += Features[i][d];
        }

        bulk.Add(sums, counts);
        float[] expected = whole.Build().ToMatrix();
        foreach (float[] actual in (float[][])[merged.Build().ToMatrix(), bulk.Build().ToMatrix()])
        {
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6f);
        }
    });

    [Fact]
    public void The_scale_of_features_does_not_matter()
    {
        var sums = new CategoryCenterSums(Golden.GetProperty("classes").GetInt32(), Features[0].Length);
        for (int i = 0; i < Labels.Length; i++) sums.Add(Array.ConvertAll(Features[i], v => 1000 * v), Labels[i]);
        float[] expected = Sums(0, Features.Length).Build().ToMatrix(), actual = sums.Build().ToMatrix();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f);
    }

    [Fact]
    public void Distances_are_symmetric_with_zeros_on_the_diagonal_and_gaps_for_empty_classes()
    {
        CategoryCenters centers = Sums(0, Features.Length).Build();
        double?[][] distances = centers.Distances();
        bool[] mask = centers.Mask();
        for (int a = 0; a < mask.Length; a++)
        {
            for (int b = 0; b < mask.Length; b++)
            {
                Assert.Equal(mask[a] && mask[b], distances[a][b] is not null);
                Assert.Equal(distances[b][a], distances[a][b]);
                if (distances[a][b] is not { } distance) continue;
                Assert.Equal(Math.Sqrt(Math.Max(0, 2 - (2 * Dot(centers.Centers[a]!, centers.Centers[b]!)))), distance, 1e-3);
            }
        }

        Assert.Equal(0, distances[0][0]);
    }

    [Fact]
    public void Centres_survive_JSON()
    {
        CategoryCenters centers = Sums(0, Features.Length).Build();
        CategoryCenters read = JsonSerializer.Deserialize<CategoryCenters>(JsonSerializer.Serialize(centers))!;
        Assert.Equal(centers.ToMatrix(), read.ToMatrix());
        Assert.Equal(centers.Mask(), read.Mask());
        Assert.Equal(centers.Pixels, read.Pixels);
    }

    [Fact]
    public void Wrong_shapes_are_refused()
    {
        var sums = new CategoryCenterSums(2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => sums.Add([1, 2, 3], 2));
        Assert.Throws<ArgumentException>(() => sums.Add([1, 2], 0));
        Assert.Throws<ArgumentException>(() => sums.Add(new double[5], new long[2]));
        Assert.Throws<ArgumentException>(() => sums.Merge(new CategoryCenterSums(2, 4)));
    }

    private static CategoryCenterSums Sums(int from, int to)
    {
        var sums = new CategoryCenterSums(Golden.GetProperty("classes").GetInt32(), Features[0].Length);
        for (int i = from; i < to; i++) sums.Add(Features[i], Labels[i]);
        return sums;
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
