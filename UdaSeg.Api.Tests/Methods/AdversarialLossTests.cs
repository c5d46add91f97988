using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Infrastructure.Torch.Losses;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Against their definitions in double precision.</summary>
[Collection(nameof(TorchCollection))]
public sealed class AdversarialLossTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_domain_loss_is_binary_cross_entropy_and_does_not_overflow(int answer)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] decisions = [-3, -0.5, 0, 0.7, 4];
        double expected = decisions.Average(d => -Math.Log(answer == 1 ? 1 / (1 + Math.Exp(-d)) : 1 - (1 / (1 + Math.Exp(-d)))));
        Assert.Equal(expected, AdversarialLosses.Domain(from_array(decisions), answer).item<double>(), 1e-9);
        Assert.Equal(answer == 0 ? 500 : 0, AdversarialLosses.Domain(from_array(new double[] { 500 }), answer).item<double>(), 1e-9);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Least_squares_are_those_to_the_answer(int answer)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] decisions = [-1, 0.25, 2];
        Assert.Equal(decisions.Average(d => (d - answer) * (d - answer)), AdversarialLosses.LeastSquares(from_array(decisions), answer).item<double>(), 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Soft_labels_by_class_count_in_the_domains_own_half(bool target)
    {
        const int batch = 2, classes = 3, pixels = 6;
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        Tensor decisions = randn([batch, 2 * classes, 2, 3], ScalarType.Float64);
        Tensor soft = nn.functional.softmax(randn([batch, classes, 2, 3], ScalarType.Float64), 1).clamp_max(0.9);
        double[] d = decisions.data<double>().ToArray(), a = soft.contiguous().data<double>().ToArray();
        double expected = 0;
        for (int b = 0; b < batch; b++)
        {
            for (int p = 0; p < pixels; p++)
            {
                double whole = Enumerable.Range(0, 2 * classes).Sum(c => Math.Exp(d[(((b * 2 * classes) + c) * pixels) + p]));
                for (int c = 0; c < classes; c++)
                {
                    double log = d[(((b * 2 * classes) + c + (target ? classes : 0)) * pixels) + p] - Math.Log(whole);
                    expected -= a[(((b * classes) + c) * pixels) + p] * log / (batch * pixels);
                }
            }
        }

        Assert.Equal(expected, AdversarialLosses.ByClass(decisions, soft, target).item<double>(), 1e-9);
    }
}
