using CsCheck;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Torch.Safetensors;
using Xunit;

namespace UdaSeg.Api.Tests.Onnx;

public sealed class BatchNormFoldingTests
{
    private const int Inputs = 3, Kernel = 2, Each = Inputs * Kernel * Kernel;

    [Fact]
    public void A_folded_convolution_is_the_convolution_and_then_the_batch_norm() =>
        (from outputs in Gen.Int[1, 4]
         from kernel in Gen.Float[-2, 2].Array[outputs * Each]
         from gamma in Gen.Float[-2, 2].Array[outputs]
         from beta in Gen.Float[-2, 2].Array[outputs]
         from mean in Gen.Float[-2, 2].Array[outputs]
         from variance in Gen.Float[0, 3].Array[outputs]
         from window in Gen.Float[-2, 2].Array[Each]
         select (kernel, gamma, beta, mean, variance, window)).Sample(t =>
    {
        FoldedConvolution folded = Assert.Single(BatchNormFolding.FoldAll(Layer("a.conv", "a.bn", t.kernel, t.gamma, t.beta, t.mean, t.variance)));
        Assert.Equal("a.conv", folded.Name);
        for (int o = 0; o < t.gamma.Length; o++)
        {
            double plain = Dot(t.kernel, o, t.window), norm = (t.gamma[o] * (plain - t.mean[o]) / Math.Sqrt(t.variance[o] + 1e-5)) + t.beta[o];

            // One rounding of each weight and of the bias, seen through the scale.
            double scale = Math.Abs(t.gamma[o]) / Math.Sqrt(t.variance[o] + 1e-5);
            Assert.Equal(norm, Dot(folded.Weight, o, t.window) + folded.Bias[o], 1e-6 * (1 + (scale * (2 + (4 * Each)))));
        }
    });

    [Fact]
    public void Sums_that_nearly_cancel_are_folded_exactly()
    {
        // In single precision the product alone would be rounded to eighths.
        IReadOnlyList<TensorEntry> layer = Layer("a.conv", "a.bn", new float[Each], [3], [2_121_330], [1_000_003], [2]);
        Assert.Equal(2_121_330 - (1_000_003 * 3 / Math.Sqrt(2 + 1e-5)), BatchNormFolding.FoldAll(layer).Single().Bias[0], 1e-5);
    }

    [Fact]
    public void A_convolution_with_a_bias_of_its_own_stays_as_it_is()
    {
        float[] kernel = [.. Enumerable.Range(0, Each).Select(i => (float)i)];
        TensorEntry[] layer = [new("classifier.bias", [1], [7]), new("classifier.weight", [1, Inputs, Kernel, Kernel], kernel)];
        FoldedConvolution folded = BatchNormFolding.FoldAll(layer).Single();
        Assert.Equal((7, "classifier"), (folded.Bias.Single(), folded.Name));
        Assert.Equal(kernel, folded.Weight);
    }

    [Theory]
    [InlineData("aspp.pool.conv", "aspp.pool.bn")]
    [InlineData("backbone.conv1", "backbone.bn1")]
    [InlineData("backbone.layer1.0.conv3", "backbone.layer1.0.bn3")]
    [InlineData("backbone.layer1.0.downsample.0", "backbone.layer1.0.downsample.1")]
    [InlineData("backbone.features.2.conv.2", "backbone.features.2.conv.3")]
    [InlineData("backbone.features.2.conv.0.0", "backbone.features.2.conv.0.1")]
    public void A_batch_norm_is_found_by_its_name(string convolution, string norm) => Assert.Equal(norm, BatchNormFolding.NormOf(convolution));

    [Fact]
    public void What_is_missing_or_does_not_fit_is_told()
    {
        IReadOnlyList<TensorEntry> layer = Layer("a.conv", "a.bn", new float[Each], [1], [1], [1], [1]);
        Assert.Contains("a.bn.running_var", Refused([.. layer.SkipLast(1)]), StringComparison.Ordinal);
        Assert.Contains("a.bn.running_var", Refused([.. layer.SkipLast(1), new("a.bn.running_var", [2], [1, 1])]), StringComparison.Ordinal);
        Assert.Contains("neither", Refused([new("fc.weight", [1, Inputs, Kernel, Kernel], new float[Each])]), StringComparison.Ordinal);
    }

    private static string Refused(IReadOnlyList<TensorEntry> weights)
    {
        var rule = Assert.Throws<RuleViolationException>(() => BatchNormFolding.FoldAll(weights).ToList());
        Assert.Equal("weights-mismatch", rule.Code);
        return rule.Message;
    }

    private static double Dot(float[] kernel, int output, float[] window)
    {
        double sum = 0;
        for (int i = 0; i < Each; i++) sum += (double)kernel[(output * Each) + i] * window[i];
        return sum;
    }

    private static IReadOnlyList<TensorEntry> Layer(string conv, string bn, float[] kernel, float[] gamma, float[] beta, float[] mean, float[] variance) =>
    [
        new(conv + ".weight", [gamma.Length, Inputs, Kernel, Kernel], kernel), new(bn + ".weight", [gamma.Length], gamma),
        new(bn + ".bias", [beta.Length], beta), new(bn + ".running_mean", [mean.Length], mean), new(bn + ".running_var", [variance.Length], variance),
    ];
}
