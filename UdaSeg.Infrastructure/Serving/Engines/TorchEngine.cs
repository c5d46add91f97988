using System.Runtime.InteropServices;
using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Reading;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>Torch on the processor, by <see cref="FusedNetwork"/>.</summary>
/// <param name="manifest">Of the checkpoint.</param>
/// <param name="weights">Of the checkpoint.</param>
/// <param name="variant">How convolutions are computed.</param>
/// <param name="size">Of a typical image, in pixels.</param>
internal sealed class TorchEngine(CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights, FusedVariant variant, (int Width, int Height) size) : IInferenceEngine
{
    private readonly FusedNetwork _network = new(manifest.Architecture, weights, variant, size.Height, size.Width);
    private readonly PixelInput _input = new(manifest.Normalisation);

    public string Name { get; } = variant.Type == ScalarType.BFloat16 ? "torch-bf16" : variant.Winograd ? "torch-winograd" : "torch-float32";

    public long Bytes => _network.Bytes;

    public LogitGrid Run(IReadOnlyList<RgbImage> images)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        int height = images[0].Height, width = images[0].Width, each = 3 * height * width;
        Tensor pixels = empty(images.Count, height, width, 3);
        Span<float> values = MemoryMarshal.Cast<byte, float>(pixels.bytes);
        for (int i = 0; i < images.Count; i++) _input.Interleaved(images[i].Pixels.AsSpan(0, each), values.Slice(i * each, each));
        Tensor logits = _network.Logits((variant.Type == ScalarType.Float32 ? pixels : pixels.to(variant.Type)).permute(0, 3, 1, 2));
        return LogitGrid.Of(logits);
    }

    public void Dispose() => _network.Dispose();
}
