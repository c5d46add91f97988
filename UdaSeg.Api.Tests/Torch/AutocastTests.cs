using TorchSharp;
using UdaSeg.Infrastructure.Torch;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

[Collection(nameof(TorchCollection))]
public sealed class AutocastTests
{
    [Fact]
    public void Convolutions_inside_are_in_bf16_and_outside_in_float32()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor image = randn(1, 3, 8, 8), weight = randn(4, 3, 3, 3);
        Assert.Equal(ScalarType.Float32, nn.functional.conv2d(image, weight).dtype);
        using (Autocast.BFloat16(DeviceType.CPU)) Assert.Equal(ScalarType.BFloat16, nn.functional.conv2d(image, weight).dtype);
        Assert.Equal(ScalarType.Float32, nn.functional.conv2d(image, weight).dtype);
    }

    [Fact]
    public void Each_scope_restores_what_was_before_it()
    {
        Assert.False(Autocast.IsOn(DeviceType.CPU));
        Autocast outer = Autocast.BFloat16(DeviceType.CPU);
        using (Autocast.BFloat16(DeviceType.CPU)) Assert.True(Autocast.IsOn(DeviceType.CPU));
        Assert.True(Autocast.IsOn(DeviceType.CPU));
        outer.Dispose();
        Assert.False(Autocast.IsOn(DeviceType.CPU));
        outer.Dispose(); // once more is nothing
        Assert.False(Autocast.IsOn(DeviceType.CPU));
    }

    [Fact]
    public void A_fault_inside_ends_the_scope_too()
    {
        Assert.Throws<InvalidOperationException>(new Action(() =>
        {
            using Autocast mixed = Autocast.BFloat16(DeviceType.CPU);
            throw new InvalidOperationException();
        }));
        Assert.False(Autocast.IsOn(DeviceType.CPU));
    }

    [Fact]
    public void Another_thread_is_not_touched_and_may_not_end_the_scope()
    {
        using Autocast mixed = Autocast.BFloat16(DeviceType.CPU);
        bool on = true;
        Exception? refused = null;
        var other = new Thread(() =>
        {
            on = Autocast.IsOn(DeviceType.CPU);
            refused = Record.Exception(mixed.Dispose);
        });
        other.Start();
        other.Join();
        Assert.False(on);
        Assert.IsType<InvalidOperationException>(refused);
        Assert.True(Autocast.IsOn(DeviceType.CPU));
    }

    [Fact]
    public void Weights_that_changed_since_are_seen()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor image = ones(1, 1, 2, 2);
        var weight = new TorchSharp.Modules.Parameter(ones(1, 1, 1, 1)); // copies of leaves that want gradients are kept while a scope lasts
        float[] seen = new float[2];
        for (int i = 0; i < 2; i++)
        {
            using (no_grad()) weight.fill_(1f + i);
            using (Autocast.BFloat16(DeviceType.CPU)) seen[i] = nn.functional.conv2d(image, weight).to(ScalarType.Float32).sum().item<float>();
        }

        Assert.Equal([4, 8], seen);
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(1.6, true)]
    public void A_processor_that_bf16_does_not_help_is_told_of(double ratio, bool told) => Assert.Equal(told, BFloat16Speed.Warning(ratio) is not null);
}
