using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>Precision and memory layout change the last digits, nothing else.</summary>
[Collection(nameof(TorchCollection))]
public sealed class MixedPrecisionTests
{
    private const int Classes = 5;

    [Theory]
    [InlineData(Backbone.MobileNetV2)]
    [InlineData(Backbone.ResNet18)]
    public void A_step_in_bf16_is_close_to_one_in_float32_and_leaves_float32(Backbone backbone)
    {
        using DisposeScope scope = NewDisposeScope();
        (float full, float[] _) = Step(backbone, new ComputeSettings());
        (float mixed, float[] gradient) = Step(backbone, new ComputeSettings(Precision.BFloat16));
        Assert.NotEqual(full, mixed); // else nothing was in bf16
        Assert.Equal(full, mixed, 0.02 * full);
        Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
    }

    [Theory]
    [InlineData(Backbone.MobileNetV2)]
    [InlineData(Backbone.ResNet18)]
    [InlineData(Backbone.ResNet50)] // its wide 1×1 convolutions become products of matrices
    public void Channels_last_gives_the_same_loss_and_gradients(Backbone backbone)
    {
        using DisposeScope scope = NewDisposeScope();
        (float plain, float[] expected) = Step(backbone, new ComputeSettings(ChannelsLast: ChannelsLastMode.Off));
        (float last, float[] gradient) = Step(backbone, new ComputeSettings(ChannelsLast: ChannelsLastMode.On));
        Assert.Equal(plain, last, 1e-4);

        // Rounding grows through batch norms over few pixels; another network's gradient would point elsewhere.
        double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
        Assert.InRange(Dot(expected, gradient) / Math.Sqrt(Dot(expected, expected) * Dot(gradient, gradient)), 0.99, 1.0001);
    }

    [Fact]
    public void A_wide_convolution_as_a_product_is_the_convolution()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        var conv = nn.Conv2d(512, 16, 1, bias: false);
        Tensor x = randn(2, 512, 3, 5, requires_grad: true), y = x.detach().clone().requires_grad_();
        Tensor expected = conv.call(x), actual = MemoryLayout.Convolve(conv, MemoryLayout.ChannelsLast(y), channelsLast: true);
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.allclose(actual, 1e-4, 1e-4));
        expected.pow(2).sum().backward();
        actual.pow(2).sum().backward();
        Assert.True(x.grad!.allclose(y.grad!, 1e-3, 1e-3));
        Assert.Equal(1, actual.stride(1)); // channels stay innermost
    }

    [Fact]
    public void Auto_is_channels_last_for_mobilenet_on_a_processor_only()
    {
        Assert.True(MemoryLayout.Chooses(ChannelsLastMode.Auto, Backbone.MobileNetV2, DeviceType.CPU, hidesCaches: false));
        Assert.False(MemoryLayout.Chooses(ChannelsLastMode.Auto, Backbone.MobileNetV2, DeviceType.CPU, hidesCaches: true));
        Assert.False(MemoryLayout.Chooses(ChannelsLastMode.On, Backbone.MobileNetV2, DeviceType.CPU, hidesCaches: true));
        Assert.True(MemoryLayout.Chooses(ChannelsLastMode.On, Backbone.ResNet101, DeviceType.CPU, hidesCaches: true));
        Assert.False(MemoryLayout.Chooses(ChannelsLastMode.Auto, Backbone.MobileNetV2, DeviceType.CUDA));
        Assert.False(MemoryLayout.Chooses(ChannelsLastMode.Auto, Backbone.ResNet101, DeviceType.CPU));
        Assert.True(MemoryLayout.Chooses(ChannelsLastMode.On, Backbone.ResNet101, DeviceType.CPU));
        Assert.False(MemoryLayout.Chooses(ChannelsLastMode.Off, Backbone.MobileNetV2, DeviceType.CPU));
    }

    /// <returns>The loss, and the gradient of the backbone's first convolution: everything lies between them.</returns>
    private static (float Loss, float[] Gradient) Step(Backbone backbone, ComputeSettings compute)
    {
        using DeepLabV3Plus network = NetworkFactory.Create(new CheckpointArchitecture(backbone, 16, [1, 2, 4], 16, 16), Classes, 1, CPU, compute.ChannelsLast);
        BatchNormPolicy.Train(network, BatchNormMode.Train, 2);
        foreach (TorchSharp.Modules.Dropout dropout in network.modules().OfType<TorchSharp.Modules.Dropout>()) dropout.eval(); // it draws in memory's order
        using var sgd = new Sgd(network, new OptimizerSettings());
        random.manual_seed(5);
        Tensor images = randn(2, 3, 64, 96), labels = randint(0, Classes, [2, 64, 96], dtype: ScalarType.Int64);
        random.manual_seed(6);
        (Tensor logits, Tensor features) = TrainingPass.Run(network, compute, images);
        Assert.False(Autocast.IsOn(DeviceType.CPU)); // losses are outside
        Assert.Equal((ScalarType.Float32, ScalarType.Float32), (logits.dtype, features.dtype));
        Tensor loss = SegmentationLosses.CrossEntropy(DeepLabV3Plus.Resize(logits, 64, 96), labels).add(features.square().mean());
        loss.backward();
        string first = backbone == Backbone.MobileNetV2 ? "backbone.features.0.0.weight" : "backbone.conv1.weight";
        Tensor gradient = network.named_parameters().Single(p => p.name == first).parameter.grad!;
        sgd.Step(1e-3);
        Assert.All(NetworkState.Of(network).Values.Concat(sgd.Momentum.Values), t => Assert.Equal(ScalarType.Float32, t.dtype));
        return (loss.item<float>(), gradient.contiguous().data<float>().ToArray());
    }
}
