using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Infrastructure.Torch.Losses;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Against loops in double precision.</summary>
[Collection(nameof(TorchCollection))]
public sealed class AnchorLossTests
{
    private const int Batch = 2, Dimensions = 4, Classes = 3, Height = 3, Width = 3, Pixels = Height * Width;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Means_are_those_of_each_image_and_class_and_small_classes_are_absent(int least)
    {
        using DisposeScope scope = NewDisposeScope();
        (double[] features, long[] labels, Tensor featureTensor, Tensor labelTensor) = Draw();
        (Tensor means, Tensor present) = AnchorLosses.ClassMeans(featureTensor, labelTensor, Classes, least);
        double[] found = means.contiguous().data<double>().ToArray();
        bool[] there = present.contiguous().data<bool>().ToArray();
        for (int b = 0; b < Batch; b++)
        {
            for (int c = 0; c < Classes; c++)
            {
                int[] members = [.. Enumerable.Range(0, Pixels).Where(p => labels[(b * Pixels) + p] == c)];
                Assert.Equal(members.Length >= least, there[(b * Classes) + c]);
                for (int d = 0; d < Dimensions && members.Length > 0; d++)
                {
                    Assert.Equal(members.Average(p => features[(((b * Dimensions) + d) * Pixels) + p]), found[(((b * Classes) + c) * Dimensions) + d], 1e-9);
                }
            }
        }
    }

    [Fact]
    public void The_distance_to_anchors_is_ten_times_the_mean_smooth_distance_of_what_is_present()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(2);
        Tensor means = randn([Batch, Classes, Dimensions], ScalarType.Float64).mul(2), anchors = randn([Classes, Dimensions], ScalarType.Float64);
        bool[] present = [true, false, true, true, true, false], known = [true, true, false];
        double[] m = means.data<double>().ToArray(), a = anchors.data<double>().ToArray();
        double sum = 0;
        int count = 0;
        for (int b = 0; b < Batch; b++)
        {
            for (int c = 0; c < Classes; c++)
            {
                if (!present[(b * Classes) + c] || !known[c]) continue;
                count++;
                for (int d = 0; d < Dimensions; d++)
                {
                    double apart = Math.Abs(m[(((b * Classes) + c) * Dimensions) + d] - a[(c * Dimensions) + d]);
                    sum += (apart < 1 ? 0.5 * apart * apart : apart - 0.5) / Dimensions;
                }
            }
        }

        Assert.Equal(3, count);
        Tensor there = from_array(present).reshape(Batch, Classes);
        Assert.Equal(10 * sum / count, AnchorLosses.ToAnchors(means, there, anchors, from_array(known)).item<double>(), 1e-6);
        Assert.Equal(0, AnchorLosses.ToAnchors(means, zeros_like(there), anchors, from_array(known)).item<double>());
    }

    [Fact]
    public void The_nearest_of_a_bank_is_the_one_with_the_least_mean_absolute_difference()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(4);
        Tensor rows = randn([5, Dimensions], ScalarType.Float64), bank = randn([7, Dimensions], ScalarType.Float64);
        double[] r = rows.data<double>().ToArray(), k = bank.data<double>().ToArray();
        double expected = Enumerable.Range(0, 5)
            .Average(i => Enumerable.Range(0, 7).Min(j => Enumerable.Range(0, Dimensions).Average(d => Math.Abs(r[(i * Dimensions) + d] - k[(j * Dimensions) + d]))));
        Assert.Equal(expected, AnchorLosses.ToNearest(rows, bank).item<double>(), 1e-9);
    }

    private static (double[] Features, long[] Labels, Tensor FeatureTensor, Tensor LabelTensor) Draw()
    {
        random.manual_seed(1);
        Tensor features = randn([Batch, Dimensions, Height, Width], ScalarType.Float64);
        long[] labels = [0, 0, 0, 0, 1, 1, 255, 255, 1, 2, 2, 2, 2, 2, 255, 0, 0, 2];
        return (features.data<double>().ToArray(), labels, features, from_array(labels).reshape(Batch, Height, Width));
    }
}
