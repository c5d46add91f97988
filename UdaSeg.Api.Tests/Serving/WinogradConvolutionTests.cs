using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Serving;

[Collection(nameof(TorchCollection))]
public sealed class WinogradConvolutionTests
{
    [Theory]
    [InlineData(1, 128, 128, 1, 8, 12, 1)]
    [InlineData(1, 128, 136, 1, 1, 1, 2)]
    [InlineData(2, 304, 256, 1, 33, 70, 2)]
    [InlineData(1, 144, 128, 2, 15, 21, 2)]
    [InlineData(2, 128, 128, 4, 9, 3, 1)]
    [InlineData(1, 128, 128, 8, 5, 40, 3)]
    [InlineData(1, 128, 128, 1, 97, 101, 2)]
    public void It_equals_the_direct_convolution(int images, int inputs, int outputs, int dilation, int height, int width, int threads)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        var generator = new Generator(7);
        Tensor x = randn(images, inputs, height, width, generator: generator);
        Tensor weight = randn(outputs, inputs, 3, 3, generator: generator).mul(0.1f), bias = randn(outputs, generator: generator);
        var folded = new FoldedConvolution("test", weight.shape, weight.data<float>().ToArray(), bias.data<float>().ToArray());
        using var fast = new WinogradConvolution(folded, dilation, threads);
        Tensor expected = nn.functional.conv2d(x, weight, bias, padding: [dilation, dilation], dilation: [dilation, dilation]);
        double scale = expected.std().item<float>();
        foreach ((Activation activation, Tensor due) in (ReadOnlySpan<(Activation, Tensor)>)
            [(Activation.None, expected), (Activation.Relu, expected.relu()), (Activation.Relu6, expected.relu6())])
        {
            Tensor actual = fast.Run(MemoryLayout.ChannelsLast(x), activation);
            Assert.Equal(due.shape, actual.shape);
            Assert.True((due - actual).abs().max().item<float>() < 1e-4 * scale, $"{activation}: {(due - actual).abs().max().item<float>()} at scale {scale}");
        }
    }

    [Fact]
    public void A_shortcut_is_added_before_the_activation()
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        var generator = new Generator(7);
        Tensor x = randn(2, 128, 11, 13, generator: generator), sum = MemoryLayout.ChannelsLast(randn(2, 128, 11, 13, generator: generator));
        Tensor weight = randn(128, 128, 3, 3, generator: generator).mul(0.03f);
        var folded = new FoldedConvolution("test", weight.shape, weight.data<float>().ToArray(), new float[128]);
        using var fast = new WinogradConvolution(folded, 1, 2);
        Tensor due = nn.functional.conv2d(x, weight, padding: [1L, 1L]).add(sum).relu();
        Tensor actual = fast.AddTo(sum, MemoryLayout.ChannelsLast(x), Activation.Relu);
        Assert.True((due - actual).abs().max().item<float>() < 1e-4);
        Assert.True((sum - actual).abs().max().item<float>() == 0, "The sum is overwritten.");
    }

    [Fact]
    public void It_applies_to_ordinary_3x3_convolutions_with_many_channels_only()
    {
        static bool Fits(long outputs, long inputs, int kernel = 3, int stride = 1, int dilation = 1, int height = 32, int width = 64) =>
            WinogradConvolution.Fits(new FoldedConvolution("test", [outputs, inputs, kernel, kernel], [], []), stride, dilation, height, width);
        Assert.True(Fits(256, 304));
        Assert.True(Fits(512, 512, dilation: 4));
        Assert.False(Fits(256, 304, stride: 2));
        Assert.False(Fits(256, 304, kernel: 1));
        Assert.False(Fits(64, 256));
        Assert.False(Fits(256, 300));
        Assert.False(Fits(256, 2048, dilation: 18)); // mostly border
        Assert.False(Fits(256, 256, height: 9, width: 9)); // nine tiles for five
    }
}
