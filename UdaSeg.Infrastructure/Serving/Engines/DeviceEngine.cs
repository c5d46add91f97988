using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Data;
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
    private readonly DevicePixels _pixels;

    /// <param name="manifest">Of the checkpoint.</param>
    /// <param name="network">On the device; disposed with the engine.</param>
    /// <param name="device">Where it lives.</param>
    public DeviceEngine(CheckpointManifest manifest, DeepLabV3Plus network, Device device)
    {
        (_network, _device, _pixels) = (network, device, new DevicePixels(manifest.Normalisation, device));
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
        return LogitGrid.Of(_network.call(_pixels.Normalised(pixels)).Logits);
    }

    public void Dispose()
    {
        _network.Dispose();
        _pixels.Dispose();
    }
}
