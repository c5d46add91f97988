using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Infrastructure.Torch.Losses;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

[Collection(nameof(TorchCollection))]
public sealed class AnchorLimitTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4.5, 4)]
    [InlineData(5.5, 5)] // 5 itself stays
    [InlineData(6.5, 0.6)]
    [InlineData(50.5, 5)]
    [InlineData(60.5, 0.6)]
    [InlineData(12345.5, 1.2345)]
    public void A_distance_above_five_is_divided_by_ten_until_it_is_not(double apart, double counted)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor means = full([1, 1, 3], (float)apart).requires_grad_(), anchors = zeros(1, 3);
        Tensor loss = AnchorLosses.ToAnchors(means, ones([1, 1], ScalarType.Bool), anchors, ones([1], ScalarType.Bool));
        Assert.Equal(10 * counted, loss.item<float>(), 1e-3);
        loss.backward();
        double slope = apart == 0 ? 0 : counted / (apart - 0.5); // the divisor is a constant
        Assert.Equal(10 * slope / 3, means.grad!.contiguous().data<float>()[0], 1e-4);
    }
}
