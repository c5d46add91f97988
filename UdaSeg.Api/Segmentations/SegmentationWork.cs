using UdaSeg.Api.Requests;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Serving;

namespace UdaSeg.Api.Segmentations;

/// <summary>Decodes, segments and encodes on one thread: nothing here awaits, so no tensor crosses threads.</summary>
internal sealed class SegmentationWork(SegmenterPool pool, IImageCodec codec)
{
    /// <returns>The answer's bytes, or (for JSON) the answer itself.</returns>
    public (byte[]? Bytes, SegmentationAnswer? Answer) Run(
        ReadOnlySpan<byte> file, Checkpoint checkpoint, SegmentationRequest wanted, long maxPixels, ServerTiming timing)
    {
        RgbImage image = codec.Decode(file, maxPixels);
        timing.End("decode");
        using SegmenterLease lease = pool.Rent(checkpoint);
        SegmentationResult result = lease.Segmenter.Segment(image, wanted.Probabilities);
        Drift? drift = wanted.MediaType == SegmentationRequest.Json ? DriftOf(image, checkpoint.Manifest) : null;
        timing.End("compute");
        LabelSpace space = checkpoint.Manifest.LabelSpace;
        if (wanted.MediaType == SegmentationRequest.Json)
        {
            SegmentationAnswer answer = Describe(result, checkpoint, wanted, drift);
            timing.End("encode");
            return (null, answer with { Timings = timing.Read() });
        }

        byte[] bytes = wanted.MediaType == SegmentationRequest.Npz
            ? NumpyArchive.Write("probabilities", result.Probabilities, space.Count, image.Height, image.Width)
            : Draw(image, result.Labels, space, wanted.Encoding);
        timing.End("encode");
        return (bytes, null);
    }

    private byte[] Draw(RgbImage image, LabelMap labels, LabelSpace space, MaskEncoding encoding) => encoding switch
    {
        MaskEncoding.Color => codec.Encode(LabelColorizer.Colorize(labels, space), ImageFormat.Png),
        MaskEncoding.Overlay => codec.Encode(LabelColorizer.Overlay(image, labels, space), ImageFormat.Png),
        _ => PngLabelCodec.WriteIndexed(labels, space),
    };

    private static SegmentationAnswer Describe(SegmentationResult result, Checkpoint checkpoint, SegmentationRequest wanted, Drift? drift)
    {
        LabelMap labels = result.Labels;
        long[] pixels = new long[256];
        foreach (byte label in labels.Labels) pixels[label]++;
        LabelSpace space = checkpoint.Manifest.LabelSpace;
        double all = labels.Labels.Length;
        return new SegmentationAnswer
        {
            Checkpoint = checkpoint.Id,
            Width = labels.Width,
            Height = labels.Height,
            Classes = [.. space.Classes.Select(c => new ClassShare(c.Index, c.Name, c.Color, pixels[c.Index], pixels[c.Index] / all))],
            PresentClassIds = [.. space.Classes.Where(c => pixels[c.Index] > 0).Select(c => c.Index)],
            SegmentationMask = PngLabelCodec.WriteIndexed(labels, space),
            ConfidenceMask = wanted.Confidence ? ConfidencePng(result.Confidence, labels.Width, labels.Height) : null,
            Segments = wanted.Rle ? Segments(labels, pixels, space) : null,
            Drift = drift,
            Timings = new Timings(0, 0, 0, 0, 0),
        };
    }

    private static Segment[] Segments(LabelMap labels, long[] pixels, LabelSpace space)
    {
        List<long>?[] runs = RunLengths.Of(labels);
        return
        [
            .. space.Classes.Where(c => runs[c.Index] is not null)
                .Select(c => new Segment(c.Index, pixels[c.Index], new Rle([labels.Height, labels.Width], RunLengths.Compress(runs[c.Index]!)))),
        ];
    }

    private static byte[] ConfidencePng(float[] confidence, int width, int height)
    {
        LabelMap grey = new(width, height);
        for (int i = 0; i < confidence.Length; i++) grey.Labels[i] = (byte)Math.Clamp((confidence[i] * 255) + 0.5f, 0, 255);
        return PngLabelCodec.WriteGrey(grey);
    }

    private static Drift? DriftOf(RgbImage image, CheckpointManifest manifest)
    {
        if (manifest.TargetStyle is not { } target) return null;
        DomainGap gap = DomainGap.Between(StyleProfile.Of(image), StyleProfile.FromBytes(target));
        return new Drift(gap.Total, gap.MeanLightness, gap.Lightness, gap.A, gap.B);
    }
}
