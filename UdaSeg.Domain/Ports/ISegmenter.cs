using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.Ports;

/// <param name="Labels">Class index a pixel, of the input's size.</param>
/// <param name="Confidence">Softmax probability of that class a pixel, 0..1.</param>
/// <param name="Probabilities">C×H×W, only when asked for.</param>
public sealed record SegmentationResult(LabelMap Labels, float[] Confidence, float[]? Probabilities = null);

/// <summary>A loaded model. Safe for concurrent callers; calls may be serialised inside.</summary>
public interface ISegmenter : IDisposable
{
    CheckpointManifest Manifest { get; }

    SegmentationResult Segment(RgbImage image, bool withProbabilities = false);
}

/// <summary>Loads a checkpoint's weights into a segmenter.</summary>
public interface ISegmenterLoader
{
    ISegmenter Load(Checkpoint checkpoint);
}
