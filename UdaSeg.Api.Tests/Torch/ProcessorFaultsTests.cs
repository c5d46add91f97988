using TorchSharp;
using TorchSharp.Modules;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

[Collection(nameof(TorchCollection))]
public sealed class ProcessorFaultsTests
{
    private static readonly (int, int, int, int) Amd = (0x10, 0x68747541, 0x444D4163, 0x69746E65), Intel = (0x20, 0x756E6547, 0x6C65746E, 0x49656E69);

    [Fact]
    public void Only_an_amd_processor_that_has_the_leaf_and_leaves_it_empty_hides_its_caches()
    {
        const int last = unchecked((int)0x80000021), old = unchecked((int)0x8000001A);
        (int, int, int, int) nothing = (0, 0, 0, 0), data48 = (0x00004121, 0x02C0003F, 0x3F, 0);
        Assert.True(ProcessorFaults.Hides(Amd, last, nothing));
        Assert.False(ProcessorFaults.Hides(Amd, last, data48));
        Assert.False(ProcessorFaults.Hides(Amd, old, nothing));
        Assert.False(ProcessorFaults.Hides(Intel, last, nothing));
    }

    /// <summary>Each kind of convolution of a network, in the layout that it is trained in, against the same in double precision, which no fast kernel computes.</summary>
    [Theory]
    [InlineData(Backbone.MobileNetV2, 256)]
    [InlineData(Backbone.ResNet18, 16)]
    [InlineData(Backbone.ResNet18, 8)]
    [InlineData(Backbone.ResNet50, 256)]
    public void Every_convolution_of_the_networks_is_right_on_this_processor(Backbone backbone, int channels)
    {
        using DisposeScope scope = NewDisposeScope();
        using DeepLabV3Plus network = NetworkFactory.Create(new CheckpointArchitecture(backbone, 16, [1, 2, 4], channels, channels), 9, 1, CPU);
        bool last = MemoryLayout.Chooses(ChannelsLastMode.Auto, backbone, DeviceType.CPU);
        random.manual_seed(1);
        foreach (Conv2d conv in network.modules().OfType<Conv2d>().DistinctBy(KindOf))
        {
            using DisposeScope step = NewDisposeScope();
            Tensor weight = conv.weight!.detach(), image = randn([4, weight.shape[1] * conv.groups, 6, 8]);
            Tensor[] expected = Convolve(conv, image.to(ScalarType.Float64), weight.to(ScalarType.Float64));
            Tensor[] actual = Convolve(conv, last ? MemoryLayout.ChannelsLast(image) : image, weight);
            Assert.All(expected.Zip(actual), pair =>
                Assert.True(pair.First.sub(pair.Second).abs().max().lt(pair.First.abs().max().mul(1e-4)).ToBoolean(), KindOf(conv)));
        }
    }

    private static string KindOf(Conv2d conv) =>
        $"{string.Join('x', conv.weight!.shape)}, stride {conv.stride[0]}, dilation {conv.dilation[0]}, {conv.groups} groups";

    /// <returns>Values, and the gradients of image and weight under a random one.</returns>
    private static Tensor[] Convolve(Conv2d conv, Tensor image, Tensor weight)
    {
        Tensor x = image.detach().requires_grad_(), w = weight.detach().requires_grad_();
        long[] dilation = [.. conv.dilation], padding = [dilation[0] * (weight.shape[2] / 2), dilation[0] * (weight.shape[3] / 2)];
        Tensor y = nn.functional.conv2d(x, w, strides: [.. conv.stride], padding: padding, dilation: dilation, groups: conv.groups);
        y.mul(y.detach().roll(1, 3)).sum().backward();
        return [y.detach(), x.grad!, w.grad!];
    }
}
