using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Reading;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>
/// Torch on a CUDA device, by the network as it was trained. Pixels go over as bytes, a quarter of the traffic, and are normalised there; logits come back
/// at stride 4, a sixteenth of the full size.
/// </summary>
internal sealed class DeviceEngine : IInferenceEngine
{
    private readonly DeepLabV3Plus _network;
    private readonly Device _device;
    private readonly Tensor _scale;
    private readonly Tensor _offset;

    /// <param name="manifest">Of the checkpoint.</param>
    /// <param name="network">On the device; disposed with the engine.</param>
    /// <param name="device">Where it lives.</param>
    public DeviceEngine(CheckpointManifest manifest, DeepLabV3Plus network, Device device)
    {
        (_network, _device) = (network, device);
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<double> mean = manifest.Normalisation.Mean, std = manifest.Normalisation.Std;
        _scale = tensor(std.Select(s => (float)(1 / (255 * s))).ToArray(), device: device).reshape(1, 3, 1, 1).DetachFromDisposeScope();
        _offset = tensor(mean.Zip(std, (m, s) => (float)(-m / s)).ToArray(), device: device).reshape(1, 3, 1, 1).DetachFromDisposeScope();
        network.eval();
        Bytes = network.parameters().Sum(p => p.numel() * p.element_size());
    }

    public string Name => _device.type == DeviceType.CUDA ? "torch-cuda" : "torch-plain";

    public long Bytes { get; }

    public LogitGrid Run(IReadOnlyList<RgbImage> images)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        int height = images[0].Height, width = images[0].Width, each = 3 * height * width;
        Tensor pixels = empty(images.Count, height, width, 3, ScalarType.Byte);
        for (int i = 0; i < images.Count; i++) images[i].Pixels.AsSpan(0, each).CopyTo(pixels.bytes[(i * each)..]);
        Tensor input = pixels.to(_device).permute(0, 3, 1, 2).to(ScalarType.Float32).mul(_scale).add(_offset).contiguous();
        return LogitGrid.Of(_network.call(input).Logits);
    }

    public void Dispose()
    {
        _network.Dispose();
        _scale.Dispose();
        _offset.Dispose();
    }
}
