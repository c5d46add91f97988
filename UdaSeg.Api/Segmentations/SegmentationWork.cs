using UdaSeg.Api.Requests;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Serving;

namespace UdaSeg.Api.Segmentations;

/// <summary>Decodes, segments and encodes on one thread; what is large comes from pools and goes back to them.</summary>
internal sealed class SegmentationWork(SegmenterPool pool, IImageCodec codec)
{
    /// <returns>Dispose it when it has been sent.</returns>
    public SegmentationOutput Run(ReadOnlySpan<byte> file, Checkpoint checkpoint, SegmentationRequest wanted, long maxPixels, ServerTiming timing)
    {
        RgbImage image = codec.Decode(file, maxPixels);
        timing.End("decode");
        return Segment(image, checkpoint, wanted.Parts, (segmenter, result) =>
        {
            Drift? drift = wanted.MediaType == SegmentationRequest.Json ? DriftOf(image, checkpoint.Manifest) : null;
            timing.End("compute");
            SegmentationOutput output = Encode(segmenter.Engine, image, result, checkpoint, wanted, drift);
            timing.End("encode");
            if (output.Answer is { } answer) output.Answer = answer with { Timings = timing.Read() };
            return output;
        });
    }

    /// <summary>For answers of another form than ours.</summary>
    /// <param name="read">Makes the answer; the result's arrays are gone when it has returned.</param>
    public T Read<T>(ReadOnlySpan<byte> file, Checkpoint checkpoint, SegmentationParts parts, long maxPixels, Func<SegmentationResult, T> read) =>
        Read(codec.Decode(file, maxPixels), checkpoint, parts, read);

    /// <inheritdoc cref="Read{T}(ReadOnlySpan{byte}, Checkpoint, SegmentationParts, long, Func{SegmentationResult, T})"/>
    /// <param name="image">Its pixels go to the pool.</param>
    public T Read<T>(RgbImage image, Checkpoint checkpoint, SegmentationParts parts, Func<SegmentationResult, T> read) =>
        Segment(image, checkpoint, parts, (_, result) => read(result));

    private T Segment<T>(RgbImage image, Checkpoint checkpoint, SegmentationParts parts, Func<ISegmenter, SegmentationResult, T> read)
    {
        try
        {
            using SegmenterLease lease = pool.Rent(checkpoint);
            using SegmentationResult result = lease.Segmenter.Segment(image, parts);
            return read(lease.Segmenter, result);
        }
        finally
        {
            PixelPool.Return(image.Pixels);
        }
    }

    private SegmentationOutput Encode(string engine, RgbImage image, SegmentationResult result, Checkpoint checkpoint, SegmentationRequest wanted, Drift? drift)
    {
        var output = new SegmentationOutput(engine);
        try
        {
            Encode(output, image, result, checkpoint, wanted, drift);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    private void Encode(SegmentationOutput output, RgbImage image, SegmentationResult result, Checkpoint checkpoint, SegmentationRequest wanted, Drift? drift)
    {
        LabelSpace space = checkpoint.Manifest.LabelSpace;
        if (wanted.MediaType == SegmentationRequest.Json)
        {
            output.Answer = Describe(output, result, checkpoint, wanted, drift);
        }
        else if (wanted.MediaType == SegmentationRequest.Npz)
        {
            NumpyArchive.Write("probabilities", result.Probabilities, output.NewFile(), space.Count, image.Height, image.Width);
        }
        else if (wanted.Encoding == MaskEncoding.Index)
        {
            PngLabelCodec.WriteIndexed(result.Labels, space, output.NewFile());
        }
        else
        {
            RgbImage drawn = wanted.Encoding == MaskEncoding.Color ? LabelColorizer.Colorize(result.Labels, space) : LabelColorizer.Overlay(image, result.Labels, space);
            codec.Encode(drawn, ImageFormat.Png, output.NewFile());
            PixelPool.Return(drawn.Pixels);
        }
    }

    private static SegmentationAnswer Describe(SegmentationOutput output, SegmentationResult result, Checkpoint checkpoint, SegmentationRequest wanted, Drift? drift)
    {
        LabelMap labels = result.Labels;
        long[] pixels = new long[256];
        foreach (byte label in labels.Labels) pixels[label]++;
        LabelSpace space = checkpoint.Manifest.LabelSpace;
        double all = labels.Labels.Length;
        PooledStream mask = output.NewFile();
        PngLabelCodec.WriteIndexed(labels, space, mask);
        return new SegmentationAnswer
        {
            Checkpoint = checkpoint.Id,
            Engine = output.Engine,
            Width = labels.Width,
            Height = labels.Height,
            Classes = [.. space.Classes.Select(c => new ClassShare(c.Index, c.Name, c.Color, pixels[c.Index], pixels[c.Index] / all))],
            PresentClassIds = [.. space.Classes.Where(c => pixels[c.Index] > 0).Select(c => c.Index)],
            SegmentationMask = mask.Written,
            ConfidenceMask = result.Confidence is { } confidence ? (ReadOnlyMemory<byte>?)ConfidencePng(confidence, labels, output.NewFile()) : null,
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

    private static Memory<byte> ConfidencePng(float[] confidence, LabelMap labels, PooledStream file)
    {
        LabelMap grey = new(labels.Width, labels.Height, PixelPool.Rent<byte>(confidence.Length));
        for (int i = 0; i < confidence.Length; i++) grey.Labels[i] = (byte)Math.Clamp((confidence[i] * 255) + 0.5f, 0, 255);
        PngLabelCodec.WriteGrey(grey, file);
        PixelPool.Return(grey.Labels);
        return file.Written;
    }

    private static Drift? DriftOf(RgbImage image, CheckpointManifest manifest)
    {
        if (manifest.TargetStyle is not { } target) return null;
        DomainGap gap = DomainGap.Between(StyleProfile.Of(image), StyleProfile.FromBytes(target));
        return new Drift(gap.Total, gap.MeanLightness, gap.Lightness, gap.A, gap.B);
    }
}
