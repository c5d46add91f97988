using TorchSharp;
using UdaSeg.Infrastructure.Torch;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

[Collection(nameof(TorchCollection))]
public sealed class ProcessorFaultsTests
{
    // Signatures as their makers publish them.
    [Theory]
    [InlineData(0x00B00F21, 0x1A)] // Zen 5 (Turin)
    [InlineData(0x00A10F11, 0x19)] // Zen 4 (Genoa)
    [InlineData(0x00830F10, 0x17)] // Zen 2 (Rome)
    [InlineData(0x000806F8, 6)] // Sapphire Rapids
    public void A_signature_tells_the_family(int signature, int family) => Assert.Equal(family, ProcessorFaults.FamilyOf(signature));

    [Fact]
    public void A_convolution_of_few_channels_repeats_bit_for_bit_on_this_processor()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(1);
        Tensor image = randn([12, 24, 12, 16]), weight = randn([24, 24, 3, 3]).mul(0.1f), upstream = randn([12, 24, 12, 16]);
        (Tensor first, Tensor firstGradient) = Convolve(image, weight, upstream);
        for (int i = 0; i < 300; i++)
        {
            using DisposeScope step = NewDisposeScope();
            (Tensor again, Tensor gradient) = Convolve(image, weight, upstream);
            Assert.True(again.eq(first).all().ToBoolean(), $"forward, try {i}");
            Assert.True(gradient.eq(firstGradient).all().ToBoolean(), $"backward, try {i}");
        }
    }

    private static (Tensor Result, Tensor Gradient) Convolve(Tensor image, Tensor weight, Tensor upstream)
    {
        Tensor input = image.clone().requires_grad_();
        Tensor result = nn.functional.conv2d(input, weight, padding: [1L, 1L]);
        result.mul(upstream).sum().backward();
        return (result.detach(), input.grad!);
    }
}
