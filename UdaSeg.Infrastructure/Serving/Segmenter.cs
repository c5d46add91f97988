using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch.Reading;

namespace UdaSeg.Infrastructure.Serving;

/// <summary>A loaded checkpoint. Images are brought to the network's size and classes read on the callers' threads; the engine has one of its own.</summary>
internal sealed class Segmenter : ISegmenter
{
    private readonly EngineQueue _queue;
    private readonly int _threads;

    /// <param name="manifest">Of the checkpoint.</param>
    /// <param name="engine">Disposed with the segmenter.</param>
    /// <param name="maxBatch">Images that go through the engine at a time.</param>
    /// <param name="threads">Of reading the classes.</param>
    public Segmenter(CheckpointManifest manifest, IInferenceEngine engine, int maxBatch, int threads)
    {
        (Manifest, Engine, Bytes, _threads) = (manifest, engine.Name, engine.Bytes, threads);
        _queue = new EngineQueue(engine, maxBatch);
    }

    public CheckpointManifest Manifest { get; }

    public string Engine { get; }

    public long Bytes { get; }

    public SegmentationResult Segment(RgbImage image, SegmentationParts parts = SegmentationParts.Labels)
    {
        RgbImage seen = AtBaseSize(image);
        using LogitShare logits = _queue.Run(seen);
        if (!ReferenceEquals(seen, image)) PixelPool.Return(seen.Pixels);
        using var reader = new LogitReader(logits.Grid, logits.Index, image.Width, image.Height);
        int pixels = image.Width * image.Height;
        byte[] labels = PixelPool.Rent<byte>(pixels);
        float[]? confidences = null, probabilities = null;
        if (parts.HasFlag(SegmentationParts.Confidence)) reader.ReadConfidences(labels, confidences = PixelPool.Rent<float>(pixels), _threads);
        else reader.ReadLabels(labels, _threads);
        if (parts.HasFlag(SegmentationParts.Probabilities)) reader.ReadProbabilities(probabilities = PixelPool.Rent<float>(logits.Grid.Classes * pixels), _threads);
        return new SegmentationResult(new LabelMap(image.Width, image.Height, labels), confidences, probabilities);
    }

    public void Dispose() => _queue.Dispose();

    /// <summary>Things must have the size that the model learnt: an image gets as many pixels as the base size has, its aspect kept.</summary>
    private RgbImage AtBaseSize(RgbImage image)
    {
        if (Manifest.BaseSize is not { } size) return image;
        double factor = Math.Sqrt((double)size.Width * size.Height / ((double)image.Width * image.Height));
        int width = Math.Max(1, (int)Math.Round(image.Width * factor)), height = Math.Max(1, (int)Math.Round(image.Height * factor));
        return (width, height) == (image.Width, image.Height) ? image : ImageResizing.Resize(image, width, height);
    }
}
