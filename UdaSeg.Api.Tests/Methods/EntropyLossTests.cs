using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Infrastructure.Torch.Losses;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Against loops over pixels in double precision.</summary>
[Collection(nameof(TorchCollection))]
public sealed class EntropyLossTests
{
    private const int Batch = 2, Classes = 5, Height = 3, Width = 4, Pixels = Height * Width;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Self_information_is_that_of_each_class_and_sums_to_the_entropy(long seed)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] logits = Logits(seed, 3, out Tensor tensor);
        double[] found = EntropyLosses.SelfInformation(tensor).contiguous().data<double>().ToArray();
        double[] sums = EntropyLosses.Normalised(tensor).contiguous().data<double>().ToArray();
        for (int b = 0; b < Batch; b++)
        {
            for (int p = 0; p < Pixels; p++)
            {
                double[] probabilities = SoftMax(logits, b, p);
                double sum = 0;
                for (int c = 0; c < Classes; c++)
                {
                    double expected = -probabilities[c] * Math.Log(probabilities[c]) / Math.Log(Classes);
                    sum += expected;
                    Assert.Equal(expected, found[(((b * Classes) + c) * Pixels) + p], 1e-6);
                }

                Assert.Equal(sum, sums[(b * Pixels) + p], 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(0.5)]
    public void The_penalty_is_the_mean_of_the_robust_power(double eta)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] logits = Logits(5, 2, out Tensor tensor);
        double expected = 0;
        for (int b = 0; b < Batch; b++)
        {
            for (int p = 0; p < Pixels; p++)
            {
                double e = SoftMax(logits, b, p).Sum(q => -q * Math.Log(q) / Math.Log(Classes));
                expected += Math.Pow((e * e) + 1e-8, eta) / (Batch * Pixels);
            }
        }

        Assert.Equal(expected, EntropyLosses.Penalty(tensor, eta).item<double>(), 1e-6);
    }

    [Fact]
    public void Pixels_that_are_quite_sure_or_quite_unsure_have_finite_gradients()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = cat([zeros([1, Classes, 1, 1]), full([1, Classes, 1, 1], -200f)
            .index_put_(200f, TensorIndex.Single(0), TensorIndex.Single(2))], 3).requires_grad_();
        EntropyLosses.Penalty(logits, 2).backward();
        Assert.True(logits.grad!.isfinite().all().ToBoolean());
        double[] entropies = EntropyLosses.Normalised(logits).to(ScalarType.Float64).data<double>().ToArray();
        Assert.Equal(1, entropies[0], 1e-6);
        Assert.Equal(0, entropies[1], 1e-6);
    }

    private static double[] Logits(long seed, double spread, out Tensor tensor)
    {
        random.manual_seed(seed);
        tensor = randn([Batch, Classes, Height, Width], ScalarType.Float64).mul(spread);
        return tensor.data<double>().ToArray();
    }

    private static double[] SoftMax(double[] logits, int b, int p)
    {
        double[] exponentials = [.. Enumerable.Range(0, Classes).Select(c => Math.Exp(logits[(((b * Classes) + c) * Pixels) + p]))];
        return [.. exponentials.Select(e => e / exponentials.Sum())];
    }
}
