using System.Collections.Concurrent;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

/// <summary>
/// Models whose prediction tells which model made it of which image: every pixel is the image's first byte plus the model's own number, modulo the classes.
/// </summary>
internal sealed class TellingLoader : ISegmenterLoader
{
    private int _asked;

    /// <summary>Of each checkpoint; 0 for others.</summary>
    public ConcurrentDictionary<Guid, int> Numbers { get; } = [];

    /// <summary>Images that were segmented.</summary>
    public int Asked => _asked;

    /// <summary>Segmentation waits for it.</summary>
    public ManualResetEventSlim Open { get; } = new(true);

    public ISegmenter Load(Checkpoint checkpoint) => new Telling(this, checkpoint.Manifest, Numbers.GetValueOrDefault(checkpoint.Id));

    private sealed class Telling(TellingLoader owner, CheckpointManifest manifest, int number) : ISegmenter
    {
        public CheckpointManifest Manifest => manifest;

        public string Engine => "telling";

        public long Bytes => 0;

        public SegmentationResult Segment(RgbImage image, SegmentationParts parts = SegmentationParts.Labels)
        {
            Interlocked.Increment(ref owner._asked);
            owner.Open.Wait(TestContext.Current.CancellationToken);
            var map = new LabelMap(image.Width, image.Height);
            Array.Fill(map.Labels, (byte)((image.Pixels[0] + number) % manifest.LabelSpace.Count));
            return new SegmentationResult(map);
        }

        public void Dispose()
        {
        }
    }
}
