using UdaSeg.Domain.Checkpoints;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>8-bit pixels that are normalised on the device where they are used: a quarter of the floats' traffic. On a processor <see cref="PixelInput"/> is as good.</summary>
internal sealed class DevicePixels : IDisposable
{
    private readonly Device _device;
    private readonly Tensor _scale;  // [1, 3, 1, 1]
    private readonly Tensor _offset;

    public DevicePixels(Normalisation normalisation, Device device)
    {
        _device = device;
        IReadOnlyList<double> mean = normalisation.Mean, std = normalisation.Std;
        _scale = OfChannels(std.Select(s => 1 / (255 * s)));
        _offset = OfChannels(mean.Zip(std, (m, s) => -m / s));
    }

    // [B, H, W, 3] uint8 on any device → [B, 3, H, W] float32, normalised, on the device
    public Tensor Normalised(Tensor pixels) => pixels.to(_device).permute(0, 3, 1, 2).to(ScalarType.Float32).mul(_scale).add(_offset).contiguous();

    public void Dispose()
    {
        _scale.Dispose();
        _offset.Dispose();
    }

    private Tensor OfChannels(IEnumerable<double> values)
    {
        using var scope = NewDisposeScope();
        return tensor(values.Select(v => (float)v).ToArray(), device: _device).reshape(1, 3, 1, 1).DetachFromDisposeScope();
    }
}
