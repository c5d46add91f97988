using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.Tests.Support;

/// <summary>Divides every image into vertical stripes, one a class, with confidence 0.75.</summary>
internal sealed class StripeSegmenter(CheckpointManifest manifest) : ISegmenter
{
    public const float Confidence = 0.75f;

    public CheckpointManifest Manifest => manifest;

    public bool Disposed { get; private set; }

    public string Engine => "stripes";

    public long Bytes { get; set; }

    public SegmentationResult Segment(RgbImage image, SegmentationParts parts = SegmentationParts.Labels)
    {
        ObjectDisposedException.ThrowIf(Disposed, this);
        LabelMap map = new(image.Width, image.Height);
        int classes = manifest.LabelSpace.Count, pixels = map.Labels.Length;
        for (int i = 0; i < pixels; i++) map.Labels[i] = (byte)Stripe(i % image.Width, image.Width, classes);
        float[]? probabilities = parts.HasFlag(SegmentationParts.Probabilities) ? new float[classes * pixels] : null;
        for (int i = 0; i < pixels && probabilities is not null; i++) probabilities[(map.Labels[i] * pixels) + i] = Confidence;
        float[]? confidences = parts.HasFlag(SegmentationParts.Confidence) ? [.. Enumerable.Repeat(Confidence, pixels)] : null;
        return new SegmentationResult(map, confidences, probabilities);
    }

    public void Dispose() => Disposed = true;

    public static int Stripe(int x, int width, int classes) => x * classes / width;
}

/// <summary>Loads what it is told to; can be held back, and can fail.</summary>
internal sealed class StripeLoader : ISegmenterLoader
{
    private int _loads;

    public List<StripeSegmenter> Loaded { get; } = [];

    public int Loads => _loads;

    public Exception? Fault { get; set; }

    /// <summary>Of the models that are loaded from now on.</summary>
    public long Bytes { get; set; }

    /// <summary>Loads wait for it.</summary>
    public ManualResetEventSlim Open { get; } = new(true);

    public ISegmenter Load(Checkpoint checkpoint)
    {
        Interlocked.Increment(ref _loads);
        Open.Wait();
        if (Fault is not null) throw Fault;
        StripeSegmenter segmenter = new(checkpoint.Manifest) { Bytes = Bytes };
        lock (Loaded) Loaded.Add(segmenter);
        return segmenter;
    }
}

internal static class TestCheckpoints
{
    public static LabelSpace Space { get; } = LabelSpace.Create(
        "three", "Three", [new(0, "left", [255, 0, 0]), new(1, "middle", [0, 255, 0]), new(2, "right", [0, 0, 255])]);

    public static Checkpoint Create(byte[]? targetStyle = null) => new(Guid.CreateVersion7(), new CheckpointManifest
    {
        Name = "test",
        Architecture = CheckpointArchitecture.Of(new NetworkSettings()),
        LabelSpace = Space,
        Normalisation = Normalisation.ImageNet,
        TargetStyle = targetStyle,
        Digest = new string('0', 64),
        CreatedAt = DateTimeOffset.UnixEpoch,
    }, "weights/none", 0, DateTimeOffset.UnixEpoch);
}
