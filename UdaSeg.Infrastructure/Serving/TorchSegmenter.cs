using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving;

/// <summary>A loaded checkpoint. Calls are serialised: one image already takes every processor.</summary>
internal sealed class TorchSegmenter(CheckpointManifest manifest, DeepLabV3Plus network, Device device) : ISegmenter
{
    private readonly Inference _inference = new(network, manifest.Normalisation, device);
    private readonly Lock _gate = new();

    public CheckpointManifest Manifest { get; } = manifest;

    public SegmentationResult Segment(RgbImage image, bool withProbabilities = false)
    {
        lock (_gate)
        {
            Prediction prediction = _inference.Predict(image, image.Width, image.Height, withProbabilities: withProbabilities);
            return new SegmentationResult(new LabelMap(image.Width, image.Height, prediction.Labels), prediction.Confidences, prediction.Probabilities);
        }
    }

    public void Dispose()
    {
        lock (_gate) network.Dispose();
    }
}

/// <summary>Loads checkpoints from the artifact store onto the configured device.</summary>
internal sealed class TorchSegmenterLoader(IArtifactStore artifacts, string device) : ISegmenterLoader
{
    public ISegmenter Load(Checkpoint checkpoint)
    {
        Device where = TorchRuntime.DeviceOf(device);
        return new TorchSegmenter(checkpoint.Manifest, CheckpointLoading.Load(checkpoint, artifacts, where), where);
    }
}
