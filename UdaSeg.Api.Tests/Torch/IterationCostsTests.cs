using TorchSharp;
using TorchSharp.Modules;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Estimates;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>The walk over shapes against the networks themselves: their weights, what their convolutions do, and what a step leaves in memory.</summary>
[Collection(nameof(TorchCollection))]
public sealed class IterationCostsTests
{
    private const int Classes = 19;

    private static TrainingPlan PlanOf(Backbone backbone, int batch = 2, int width = 128, int height = 96) => TrainingPresets.Tiny with
    {
        BatchSize = batch,
        Crop = new PixelSize(width, height),
        Network = new NetworkSettings(backbone, AsppChannels: 48, DecoderChannels: 40),
    };

    [Theory]
    [InlineData(Backbone.ResNet18)]
    [InlineData(Backbone.ResNet34)]
    [InlineData(Backbone.ResNet50)]
    [InlineData(Backbone.ResNet101)]
    [InlineData(Backbone.MobileNetV2)]
    public void Parameters_and_statistics_are_those_of_the_network(Backbone backbone)
    {
        TrainingPlan plan = PlanOf(backbone);
        using DeepLabV3Plus network = NetworkFactory.Create(CheckpointArchitecture.Of(plan.Network), Classes, 1, CPU);
        IterationCosts costs = IterationCosts.Of(plan, Classes, adaptation: false);

        Assert.Equal(network.parameters().Sum(p => p.numel()), costs.Parameters);
        Assert.Equal(network.named_buffers().Where(b => b.name.Contains("running_", StringComparison.Ordinal)).Sum(b => b.buffer.numel()), costs.Statistics);
    }

    [Theory]
    [InlineData(Backbone.ResNet18, 100, 75)]
    [InlineData(Backbone.ResNet50, 64, 48)]
    [InlineData(Backbone.MobileNetV2, 128, 96)]
    public void Work_is_each_real_weight_once_for_every_position_that_the_real_convolution_puts_out(Backbone backbone, int width, int height)
    {
        TrainingPlan plan = PlanOf(backbone, 2, width, height);
        using DeepLabV3Plus network = NetworkFactory.Create(CheckpointArchitecture.Of(plan.Network), Classes, 1, CPU);
        double flops = 0;
        foreach (Conv2d conv in network.modules().OfType<Conv2d>().Distinct()) // a shortcut is listed under two names
        {
            conv.register_forward_hook((_, _, y) =>
            {
                double positions = (double)y.shape[0] * y.shape[2] * y.shape[3];
                flops += positions * ((2 * conv.weight!.numel()) + (conv.bias?.numel() ?? 0));
                return y;
            });
        }

        using DisposeScope scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.eval();
        network.call(zeros(2, 3, height, width));

        Assert.Equal(flops, IterationCosts.Of(plan, Classes, adaptation: false).ForwardFlops, 1e-9 * flops);
    }

    /// <summary>
    /// While the step's variables live, results that autograd does not need are in memory too; once they are gone, what autograd kept remains, which only the
    /// loss refers to. The heap is asked, not the process: it is exact.
    /// </summary>
    [Theory]
    [InlineData(Backbone.MobileNetV2, false, BatchNormMode.Frozen)]
    [InlineData(Backbone.MobileNetV2, true, BatchNormMode.Train)]
    [InlineData(Backbone.ResNet18, false, BatchNormMode.Train)]
    [InlineData(Backbone.ResNet18, true, BatchNormMode.Frozen)]
    [InlineData(Backbone.MobileNetV2, true, BatchNormMode.Frozen, Precision.BFloat16)]
    [InlineData(Backbone.ResNet18, false, BatchNormMode.Train, Precision.BFloat16)]
    public void What_a_forward_pass_leaves_in_memory_is_as_estimated(Backbone backbone, bool adaptation, BatchNormMode norms, Precision precision = Precision.Float32)
    {
        TrainingPlan plan = PlanOf(backbone, 2, 192, 128) with { Compute = new ComputeSettings(precision) };
        plan = plan with { Network = plan.Network with { BatchNorm = norms } };
        IterationCosts costs = IterationCosts.Of(plan, Classes, adaptation);
        using DeepLabV3Plus network = NetworkFactory.Create(CheckpointArchitecture.Of(plan.Network), Classes, 1, CPU);
        BatchNormPolicy.Train(network, norms, plan.BatchSize);
        Batch batch = MakeBatch(plan);
        var stage = new Adaptation(plan, Centers(plan), CPU);
        Measure(); // the library's own caches are filled
        (long all, long kept) = Measure();

        Assert.InRange((costs.KeptBytes + costs.HeldBytes) / (double)all, 0.95, 1.05);
        Assert.InRange(costs.KeptBytes / (double)kept, 0.95, 1.05);

        (long All, long Kept) Measure()
        {
            long before = NativeHeap.BytesInUse(), all;
            Tensor loss;
            using (DisposeScope scope = NewDisposeScope())
            {
                loss = (adaptation ? stage.Losses(network, batch) : CoarseAlignment.Losses(network, plan, batch, CPU)).Total.DetachFromDisposeScope();
                all = NativeHeap.BytesInUse() - before;
            }

            long kept = NativeHeap.BytesInUse() - before;
            loss.Dispose();
            return (all, kept);
        }
    }

    private static Batch MakeBatch(TrainingPlan plan)
    {
        int pixels = plan.BatchSize * plan.Crop.Width * plan.Crop.Height;
        float[] Images(int slot) => [.. Enumerable.Range(0, 3 * pixels).Select(i => (float)RandomSource.Unit(7, 0, i, slot, DrawPurpose.Jitter))];
        byte[] labels = [.. Enumerable.Range(0, pixels).Select(i => (byte)(i % Classes))];
        return new Batch(0, Images(0), labels, new TargetBatch(Images(1), Images(2), labels, 1));
    }

    private static CategoryCenters Centers(TrainingPlan plan)
    {
        int dimensions = plan.Network.DecoderChannels;
        var sums = new CategoryCenterSums(Classes, dimensions);
        float[] Center(int c) => [.. Enumerable.Range(0, dimensions).Select(d => (float)RandomSource.Unit(8, 0, d, c, DrawPurpose.Jitter))];
        for (int c = 0; c < Classes; c++) sums.Add(Center(c), c);
        return sums.Build();
    }
}
