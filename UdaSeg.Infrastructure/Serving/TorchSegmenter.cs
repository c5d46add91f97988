using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
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
            Prediction prediction = _inference.Predict(AtBaseSize(image), image.Width, image.Height, withProbabilities: withProbabilities);
            return new SegmentationResult(new LabelMap(image.Width, image.Height, prediction.Labels), prediction.Confidences, prediction.Probabilities);
        }
    }

    /// <summary>Things must have the size that the model learnt: an image gets as many pixels as the base size has, its aspect kept.</summary>
    private RgbImage AtBaseSize(RgbImage image)
    {
        if (Manifest.BaseSize is not { } size) return image;
        double factor = Math.Sqrt((double)size.Width * size.Height / ((double)image.Width * image.Height));
        int width = Math.Max(1, (int)Math.Round(image.Width * factor)), height = Math.Max(1, (int)Math.Round(image.Height * factor));
        return (width, height) == (image.Width, image.Height) ? image : ImageResizing.Resize(image, width, height);
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
