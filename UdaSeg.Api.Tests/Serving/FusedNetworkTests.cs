using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Serving;

[Collection(nameof(TorchCollection))]
public sealed class FusedNetworkTests
{
    public FusedNetworkTests() => Assert.SkipWhen(ProcessorFaults.HidesCaches, "On this processor these engines are not used, as they may end the process.");

    [Theory]
    [InlineData(Backbone.MobileNetV2, true, 1, 64, 96)]
    [InlineData(Backbone.MobileNetV2, true, 2, 67, 45)]
    [InlineData(Backbone.ResNet18, true, 1, 64, 96)]
    [InlineData(Backbone.ResNet18, false, 2, 33, 70)]
    [InlineData(Backbone.ResNet34, true, 1, 48, 48)]
    [InlineData(Backbone.ResNet50, true, 2, 65, 49)]
    [InlineData(Backbone.ResNet50, false, 1, 48, 64)]
    [InlineData(Backbone.ResNet101, true, 1, 64, 96)]
    public void A_fused_network_says_what_the_trained_one_says(Backbone backbone, bool multiGrid, int images, int height, int width)
    {
        CheckpointArchitecture architecture = RandomNetwork.Architecture(backbone, multiGrid: multiGrid);
        using DeepLabV3Plus network = RandomNetwork.Create(architecture);
        using var fused = new FusedNetwork(architecture, RandomNetwork.Weights(network), new FusedVariant(ScalarType.Float32, false, 1), height, width);
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        Tensor image = randn(images, 3, height, width, generator: new Generator(5));
        (Tensor expected, _) = network.call(image);
        Tensor actual = fused.Logits(MemoryLayout.ChannelsLast(image));
        Assert.Equal(expected.shape, actual.shape);
        double scale = expected.abs().mean().item<float>();
        Assert.True(scale > 1e-3, "The network must say something for the comparison to mean anything.");
        Assert.True((expected - actual).abs().max().item<float>() < 2e-4 * Math.Max(1, scale), $"{(expected - actual).abs().max().item<float>()} at scale {scale}");
    }

    [Theory]
    [InlineData(Backbone.MobileNetV2, 128)]
    [InlineData(Backbone.ResNet18, 32)]
    [InlineData(Backbone.ResNet50, 128)]
    public void So_does_one_with_Winograd_s_convolutions(Backbone backbone, int channels)
    {
        CheckpointArchitecture architecture = RandomNetwork.Architecture(backbone, channels);
        using DeepLabV3Plus network = RandomNetwork.Create(architecture);
        using var fused = new FusedNetwork(architecture, RandomNetwork.Weights(network), new FusedVariant(ScalarType.Float32, true, 2), 64, 96);
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        Tensor image = randn(2, 3, 67, 101, generator: new Generator(5));
        Tensor expected = network.call(image).Logits;
        double scale = expected.abs().mean().item<float>(), off = (expected - fused.Logits(MemoryLayout.ChannelsLast(image))).abs().max().item<float>();
        Assert.True(off < 1e-3 * scale, $"{off} at scale {scale}");
    }

    [Fact]
    public void A_network_in_bfloat16_agrees_on_nearly_all_classes()
    {
        CheckpointArchitecture architecture = RandomNetwork.Architecture(Backbone.MobileNetV2);
        using DeepLabV3Plus network = RandomNetwork.Create(architecture);
        using var fused = new FusedNetwork(architecture, RandomNetwork.Weights(network), new FusedVariant(ScalarType.BFloat16, false, 1), 64, 96);
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        Tensor image = randn(1, 3, 64, 96, generator: new Generator(5));
        Tensor expected = network.call(image).Logits.argmax(1);
        Tensor actual = fused.Logits(MemoryLayout.ChannelsLast(image.to(ScalarType.BFloat16))).argmax(1);
        Assert.True(expected.eq(actual).to(ScalarType.Float32).mean().item<float>() > 0.95);
    }
}
