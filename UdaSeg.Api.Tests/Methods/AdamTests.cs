using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Infrastructure.Torch;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

[Collection(nameof(TorchCollection))]
public sealed class AdamTests
{
    [Fact]
    public void Steps_are_those_of_the_algorithm_in_double_precision()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(1);
        using nn.Module<Tensor, Tensor> module = nn.Linear(3, 1, hasBias: false);
        using var adam = new Adam(module, new AdamSettings(0.8, 0.95));
        Tensor weight = module.parameters().Single();
        double[] w = [.. weight.to(ScalarType.Float64).data<double>()], m = new double[3], v = new double[3];
        for (int step = 1; step <= 20; step++)
        {
            double[] gradient = [Math.Sin(step), step * 0.1, -1e-3];
            weight.grad = from_array(gradient).to(ScalarType.Float32).reshape(1, 3);
            adam.Step(0.01, step);
            for (int i = 0; i < 3; i++)
            {
                m[i] = (0.8 * m[i]) + (0.2 * gradient[i]);
                v[i] = (0.95 * v[i]) + (0.05 * gradient[i] * gradient[i]);
                w[i] -= 0.01 * (m[i] / (1 - Math.Pow(0.8, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.95, step))) + 1e-8);
            }
        }

        double[] found = [.. weight.to(ScalarType.Float64).data<double>()];
        for (int i = 0; i < 3; i++) Assert.Equal(w[i], found[i], 1e-5);
    }
}
