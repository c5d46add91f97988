using TorchSharp;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

[Collection(nameof(TorchCollection))]
public sealed class SgdTests
{
    [Fact]
    public void Steps_follow_the_definition()
    {
        using DisposeScope scope = NewDisposeScope();
        var network = nn.Linear(1, 1, hasBias: false);
        network.weight!.detach().fill_(2f);
        var settings = new OptimizerSettings(Momentum: 0.9, WeightDecay: 0.1, HeadFactor: 10);
        using var sgd = new Sgd(network, settings);
        double weight = 2, velocity = 0;
        for (int i = 0; i < 5; i++)
        {
            sgd.ZeroGradients();
            network.weight.mul(network.weight).sum().backward(); // gradient 2w
            sgd.Step(0.001);
            velocity = (0.9 * velocity) + (2 * weight) + (0.1 * weight);
            weight -= 0.001 * 10 * velocity; // no name begins with "backbone.": the head's rate
            Assert.Equal(weight, network.weight.to(ScalarType.Float64).item<double>(), 1e-5);
        }
    }
}
