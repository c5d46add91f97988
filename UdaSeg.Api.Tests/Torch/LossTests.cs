using System.Text.Json;
using TorchSharp;
using UdaSeg.Api.Tests.SelfTraining;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Losses;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>Each loss against a loop over pixels in double precision, and its gradient against finite differences.</summary>
[Collection(nameof(TorchCollection))]
public sealed class LossTests
{
    private const int Batch = 2, Classes = 4, Dimensions = 6, Height = 3, Width = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Cross_entropy_is_the_mean_over_labelled_pixels(long seed)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(seed);
        Tensor logits = randn([Batch, Classes, Height, Width], ScalarType.Float64);
        byte[] labels = Labels(seed, ignoreEvery: 3);
        double expected = 0;
        int valid = 0;
        double[] values = logits.data<double>().ToArray();
        for (int p = 0; p < labels.Length; p++)
        {
            if (labels[p] == 255) continue;
            double[] z = [.. Enumerable.Range(0, Classes).Select(c => values[At(p, c, Classes)])];
            expected += Math.Log(z.Sum(Math.Exp)) - z[labels[p]];
            valid++;
        }

        Assert.Equal(expected / valid, SegmentationLosses.CrossEntropy(logits, ToTensor(labels)).to(ScalarType.Float64).item<double>(), 1e-6);
    }

    [Theory]
    [InlineData(TripletNegatives.Hardest)]
    [InlineData(TripletNegatives.All)]
    public void Pixels_whose_features_are_all_zero_give_finite_gradients(TripletNegatives negatives)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        Tensor raw = randn([Batch, Dimensions, Height, Width], ScalarType.Float32).sub(2.5f).requires_grad_(); // most pixels are zero after the ReLU
        Tensor centers = nn.functional.normalize(rand([Classes, Dimensions]), 2, 1), present = ones([Classes], ScalarType.Bool);
        Tensor features = nn.functional.batch_norm(raw, zeros([Dimensions]), ones([Dimensions]), training: true).sub(1.5f).relu_();
        TripletLoss.Compute(features, ToTensor(Labels(3, ignoreEvery: 3)), centers, present, 0.2, negatives).backward();
        Assert.True(raw.grad!.isfinite().all().ToBoolean(), raw.grad.abs().max().item<float>().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void The_gradient_of_cross_entropy_equals_finite_differences()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(4);
        Tensor start = randn([Batch, Classes, Height, Width], ScalarType.Float64), logits = start.clone().requires_grad_();
        Tensor labels = ToTensor(Labels(4, ignoreEvery: 3));
        SegmentationLosses.CrossEntropy(logits, labels).backward();
        double[] gradient = logits.grad!.contiguous().data<double>().ToArray(), values = start.data<double>().ToArray();
        const double step = 1e-4;
        for (int i = 0; i < values.Length; i++)
        {
            double Loss(double shift)
            {
                double[] moved = [.. values];
                moved[i] += shift;
                return SegmentationLosses.CrossEntropy(from_array(moved).reshape(start.shape), labels).to(ScalarType.Float64).item<double>();
            }

            Assert.Equal((Loss(step) - Loss(-step)) / (2 * step), gradient[i], 1e-6);
        }

        Assert.Contains(gradient, g => Math.Abs(g) > 0.01);
    }

    [Fact]
    public void A_batch_without_valid_pixel_costs_exactly_nothing_and_pulls_nowhere()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = randn([Batch, Classes, Height, Width]).requires_grad_();
        Tensor features = randn([Batch, Dimensions, Height, Width]).requires_grad_();
        Tensor nothing = full([Batch, Height, Width], 255L, ScalarType.Int64);
        Tensor loss = SegmentationLosses.CrossEntropy(logits, nothing)
            .add(TripletLoss.Compute(features, nothing, Centers(1), ones(Classes, ScalarType.Bool), 0.2, TripletNegatives.Hardest));
        Assert.Equal(0f, loss.item<float>());
        loss.backward();
        Assert.Equal(0f, logits.grad!.abs().sum().item<float>());
        Assert.Equal(0f, features.grad!.abs().sum().item<float>());
    }

    [Theory]
    [InlineData(TripletNegatives.Hardest, 1, -1)]
    [InlineData(TripletNegatives.All, 1, -1)]
    [InlineData(TripletNegatives.Hardest, 2, 1)]
    [InlineData(TripletNegatives.All, 2, 1)]
    public void The_triplet_loss_equals_a_loop_over_pixels(TripletNegatives negatives, long seed, int absent)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(seed);
        Tensor features = randn([Batch, Dimensions, Height, Width]);
        byte[] labels = Labels(seed, ignoreEvery: 4);
        Tensor centers = Centers(seed);
        bool[] present = [.. Enumerable.Range(0, Classes).Select(c => c != absent)];
        double expected = SlowTripletOf(features, labels, centers, present, 0.2, negatives);
        double actual = TripletLoss.Compute(features, ToTensor(labels), centers, from_array(present), 0.2, negatives).to(ScalarType.Float64).item<double>();
        Assert.True(expected > 0.01);
        Assert.Equal(expected, actual, 1e-5);
    }

    [Theory]
    [InlineData(TripletNegatives.Hardest, "hardest")]
    [InlineData(TripletNegatives.All, "all")]
    public void The_triplet_loss_agrees_with_the_golden_value(TripletNegatives negatives, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonElement golden = GoldenTraining.Root.GetProperty("centres");
        float[][] features = [.. golden.GetProperty("features").EnumerateArray().Select(f => f.Floats())];
        byte[] labels = golden.GetProperty("labels").Bytes();
        int classes = golden.GetProperty("classes").GetInt32(), dimensions = features[0].Length;
        var sums = new CategoryCenterSums(classes, dimensions);
        for (int i = 0; i < labels.Length; i++) sums.Add(features[i], labels[i]);
        CategoryCenters centers = sums.Build();
        Tensor pixels = from_array(features.SelectMany(f => f).ToArray()).reshape(1, labels.Length, 1, dimensions).permute(0, 3, 1, 2);
        Tensor truth = from_array(labels).reshape(1, labels.Length, 1).to(ScalarType.Int64);
        Tensor matrix = from_array(centers.ToMatrix()).reshape(classes, dimensions);
        double loss = TripletLoss.Compute(pixels, truth, matrix, from_array(centers.Mask()), 0.2, negatives).to(ScalarType.Float64).item<double>();
        Assert.Equal(GoldenTraining.Root.GetProperty("triplet").GetProperty(name).GetDouble(), loss, 1e-5);
    }

    [Theory]
    [InlineData(TripletNegatives.Hardest)]
    [InlineData(TripletNegatives.All)]
    public void The_triplet_gradient_equals_finite_differences(TripletNegatives negatives)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(5);
        Tensor start = randn([Batch, Dimensions, Height, Width]);
        byte[] labels = Labels(5, ignoreEvery: 4);
        Tensor centers = Centers(5);
        bool[] present = [true, true, true, true];
        Tensor features = start.clone().requires_grad_();
        TripletLoss.Compute(features, ToTensor(labels), centers, from_array(present), 0.2, negatives).backward();
        float[] gradient = features.grad!.contiguous().data<float>().ToArray();
        float[] values = start.data<float>().ToArray();
        const double step = 1e-4;
        for (int i = 0; i < values.Length; i += 7)
        {
            double Loss(double shift)
            {
                double[] moved = Array.ConvertAll(values, v => (double)v);
                moved[i] += shift;
                return SlowTripletOf(moved, labels, centers, present, 0.2, negatives);
            }

            Assert.Equal((Loss(step) - Loss(-step)) / (2 * step), gradient[i], 1e-4);
        }
    }

    private static double SlowTripletOf(Tensor features, byte[] labels, Tensor centers, bool[] present, double margin, TripletNegatives negatives) =>
        SlowTripletOf(Array.ConvertAll(features.contiguous().data<float>().ToArray(), v => (double)v), labels, centers, present, margin, negatives);

    private static double SlowTripletOf(double[] features, byte[] labels, Tensor centers, bool[] present, double margin, TripletNegatives negatives)
    {
        float[] f = centers.contiguous().data<float>().ToArray();
        double sum = 0;
        int valid = 0;
        for (int p = 0; p < labels.Length; p++)
        {
            if (labels[p] == 255 || !present[labels[p]] || present.Count(x => x) < 2) continue;
            double[] x = [.. Enumerable.Range(0, Dimensions).Select(d => features[At(p, d, Dimensions)])];
            double norm = Math.Sqrt(x.Sum(v => v * v));
            double Distance(int c) => Math.Sqrt(Math.Max(2 - (2 * Enumerable.Range(0, Dimensions).Sum(d => x[d] / norm * f[(c * Dimensions) + d])), 1e-8));
            double[] hinges = [.. Enumerable.Range(0, Classes).Where(c => present[c] && c != labels[p]).Select(c => Math.Max(Distance(labels[p]) - Distance(c) + margin, 0))];
            sum += negatives == TripletNegatives.Hardest ? hinges.Max() : hinges.Average();
            valid++;
        }

        return sum / valid;
    }

    /// <summary>Pixel p of [B, H, W] and channel c of [B, channels, H, W].</summary>
    private static int At(int p, int c, int channels) => (((p / (Height * Width) * channels) + c) * Height * Width) + (p % (Height * Width));

    private static byte[] Labels(long seed, int ignoreEvery) =>
        [.. Enumerable.Range(0, Batch * Height * Width).Select(i => i % ignoreEvery == 0 ? (byte)255 : (byte)RandomSource.Below(Classes, seed, 0, i, 0, DrawPurpose.Flip))];

    private static Tensor ToTensor(byte[] labels) => from_array(labels).reshape(Batch, Height, Width).to(ScalarType.Int64);

    private static Tensor Centers(long seed)
    {
        random.manual_seed(seed + 100);
        return nn.functional.normalize(randn([Classes, Dimensions]), 2, 1);
    }
}
