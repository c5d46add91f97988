using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>Batch norm and dilation rules of section 4 of the method.</summary>
[Collection(nameof(TorchCollection))]
public sealed class NetworkRulesTests
{
    [Theory]
    [InlineData(BatchNormMode.Auto, 4, true)]
    [InlineData(BatchNormMode.Auto, 3, false)]
    [InlineData(BatchNormMode.Train, 1, true)]
    [InlineData(BatchNormMode.Frozen, 8, false)]
    public void Batch_statistics_are_used_and_updated_by_the_rule(BatchNormMode mode, int batchSize, bool trains)
    {
        using DisposeScope scope = NewDisposeScope();
        using DeepLabV3Plus network = Build(Backbone.ResNet18, [1, 2, 4]);
        BatchNormPolicy.Train(network, mode, batchSize);
        Assert.DoesNotContain(network.named_buffers(), b => b.name.EndsWith("num_batches_tracked", StringComparison.Ordinal)); // training died of counting
        Tensor before = network.aspp.project.bn.running_mean!.clone(), pooled = network.aspp.pool.bn.running_var!.clone();
        random.manual_seed(2);
        using (no_grad()) network.call(randn(batchSize, 3, 64, 64));
        Assert.Equal(trains, !before.allclose(network.aspp.project.bn.running_mean!));
        Assert.True(network.training); // dropout is on in any case
        bool poolUpdates = trains && batchSize > 1; // one value a channel has no variance: such a batch may not reach the running one
        Assert.Equal(poolUpdates, !pooled.allclose(network.aspp.pool.bn.running_var!));
        Assert.All(NetworkState.Of(network).Values, t => Assert.True(t.isfinite().all().item<bool>()));
    }

    [Theory]
    [InlineData(Backbone.ResNet18)]
    [InlineData(Backbone.ResNet34)]
    [InlineData(Backbone.ResNet50)]
    public void The_multi_grid_switch_changes_the_dilations_of_the_last_stage_only(Backbone backbone)
    {
        using DisposeScope scope = NewDisposeScope();
        using DeepLabV3Plus grid = Build(backbone, [1, 2, 4]), plain = Build(backbone, [1, 1, 1]);
        Assert.Equal(NetworkState.Of(grid).Keys, NetworkState.Of(plain).Keys);
        grid.eval();
        plain.eval();
        random.manual_seed(2);
        Tensor image = randn(1, 3, 64, 64);
        using var noGrad = no_grad();
        (Tensor lowGrid, Tensor highGrid) = grid.backbone.call(image);
        (Tensor lowPlain, Tensor highPlain) = plain.backbone.call(image);
        Assert.True(lowGrid.allclose(lowPlain));
        Assert.False(highGrid.allclose(highPlain, rtol: 1e-3));
        Assert.Equal([1L, grid.backbone.HighChannels, 4, 4], highGrid.shape); // output stride 16
    }

    private static DeepLabV3Plus Build(Backbone backbone, int[] multiGrid) =>
        NetworkFactory.Create(new CheckpointArchitecture(backbone, 16, multiGrid, 8, 8), 3, 1, CPU);
}
