using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>DeepLab V3+ for inference on a processor: batch norms folded, activations and shortcuts fused, every tensor freed after its last use.</summary>
internal sealed class FusedNetwork : IDisposable
{
    private readonly FusedParts _parts;
    private readonly IFusedBackbone _backbone;
    private readonly IConvolution[] _branches;
    private readonly IConvolution _pool;
    private readonly IConvolution _project;
    private readonly IConvolution _detail;
    private readonly IConvolution[] _fuse;
    private readonly IConvolution _classifier;

    /// <param name="architecture">Of the checkpoint.</param>
    /// <param name="weights">Of the checkpoint.</param>
    /// <param name="variant">How convolutions are computed.</param>
    /// <param name="height">Of a typical image, in pixels.</param>
    /// <param name="width">Of a typical image, in pixels.</param>
    public FusedNetwork(CheckpointArchitecture architecture, IEnumerable<TensorEntry> weights, FusedVariant variant, int height, int width)
    {
        _parts = new FusedParts(weights, variant, height, width);
        using var mode = no_grad();
        _backbone = architecture.Backbone == Backbone.MobileNetV2
            ? new FusedMobileNetV2(_parts)
            : new FusedResNet(_parts, architecture.MultiGrid is not [1, 1, 1]);
        _branches = [.. Enumerable.Range(0, 4).Select(i => _parts.Conv($"aspp.branches.{i}.conv", 16, dilation: i == 0 ? 1 : 6 * i))];
        _pool = _parts.Conv("aspp.pool.conv", at: Math.Max(height, width));
        _project = _parts.Conv("aspp.project.conv", 16);
        _detail = _parts.Conv("decoder.low_level.conv", 4);
        _fuse = [_parts.Conv("decoder.fuse.0.conv", 4), _parts.Conv("decoder.fuse.1.conv", 4)];
        _classifier = _parts.Conv("classifier", 4);
        _parts.Forget();
    }

    /// <summary>Memory that the prepared weights take.</summary>
    public long Bytes => _parts.Bytes;

    /// <param name="image">[B, 3, H, W] channels-last, of the network's type; disposed.</param>
    /// <returns>[B, C, ⌈H/4⌉, ⌈W/4⌉] channels-last.</returns>
    public Tensor Logits(Tensor image)
    {
        (Tensor low, Tensor high) = _backbone.Run(image);
        using Tensor pyramid = Pyramid(high);
        Tensor joined;
        using (Tensor detail = _detail.Run(low, Activation.Relu))
        {
            low.Dispose();
            using Tensor context = DeepLabV3Plus.Resize(pyramid, detail.shape[2], detail.shape[3]);
            joined = cat([context, detail], 1);
        }

        Tensor fused = _fuse[0].Run(joined, Activation.Relu);
        joined.Dispose();
        using Tensor features = _fuse[1].Run(fused, Activation.Relu);
        fused.Dispose();
        return _classifier.Run(features);
    }

    public void Dispose() => _parts.Dispose();

    private Tensor Pyramid(Tensor high)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> parts = [.. _branches.Select(branch => branch.Run(high, Activation.Relu))];
        Tensor mean = _pool.Run(high.mean([2, 3], keepdim: true), Activation.Relu);
        parts.Add(mean.expand(-1, -1, high.shape[2], high.shape[3]));
        high.Dispose();
        return _project.Run(FusedOperators.Invoke("channels_last", cat(parts, 1)), Activation.Relu).MoveToOuterDisposeScope();
    }
}
