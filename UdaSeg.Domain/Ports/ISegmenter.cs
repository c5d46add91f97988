using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.Ports;

/// <summary>What is wanted beside the labels.</summary>
[Flags]
public enum SegmentationParts
{
    Labels = 0,
    Confidence = 1,
    Probabilities = 2,
}

/// <summary>What a model sees. Dispose it after use: its arrays go to the next image of the size.</summary>
/// <param name="Labels">Class index a pixel, of the input's size.</param>
/// <param name="Confidence">Softmax probability of that class a pixel, 0..1; only when asked for.</param>
/// <param name="Probabilities">C×H×W, only when asked for.</param>
public sealed record SegmentationResult(LabelMap Labels, float[]? Confidence = null, float[]? Probabilities = null) : IDisposable
{
    private int _disposed;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        PixelPool.Return(Labels.Labels);
        PixelPool.Return(Confidence);
        PixelPool.Return(Probabilities);
    }
}

/// <summary>A loaded model. Safe for concurrent callers; calls may be queued inside.</summary>
public interface ISegmenter : IDisposable
{
    CheckpointManifest Manifest { get; }

    /// <summary>What computes, such as <c>torch-float32</c>.</summary>
    string Engine { get; }

    /// <summary>Memory that the loaded weights take.</summary>
    long Bytes { get; }

    SegmentationResult Segment(RgbImage image, SegmentationParts parts = SegmentationParts.Labels);
}

/// <summary>Loads a checkpoint's weights into a segmenter.</summary>
public interface ISegmenterLoader
{
    ISegmenter Load(Checkpoint checkpoint);
}
