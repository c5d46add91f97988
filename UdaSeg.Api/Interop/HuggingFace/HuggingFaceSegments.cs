using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Api.Interop.HuggingFace;

/// <summary>One class's mask, as the image-segmentation task answers it.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Score">Mean confidence of the mask's pixels, 0..1.</param>
/// <param name="Mask">Base64 of an 8-bit grey PNG of the image's size: 255 in the mask, else 0.</param>
internal sealed record HuggingFaceSegment(string Label, double Score, ReadOnlyMemory<byte> Mask);

internal static class HuggingFaceSegments
{
    /// <summary>The classes that have a pixel, in the label space's order.</summary>
    public static IReadOnlyList<HuggingFaceSegment> Of(SegmentationResult result, LabelSpace space, MaskOptions options)
    {
        float least = (float)(options.MaskThreshold ?? 0);
        (long[] pixels, double[] sums) = Measure(result, least);
        List<HuggingFaceSegment> segments = [];
        foreach (LabelClass c in space.Classes.Where(c => pixels[c.Index] > 0))
        {
            double score = sums[c.Index] / pixels[c.Index];
            if (score >= (options.Threshold ?? 0)) segments.Add(new HuggingFaceSegment(c.Name, score, MaskOf(result, (byte)c.Index, least)));
        }

        return segments;
    }

    private static (long[] Pixels, double[] Sums) Measure(SegmentationResult result, float least)
    {
        (long[] pixels, double[] sums) = (new long[256], new double[256]);
        byte[] labels = result.Labels.Labels;
        for (int i = 0; i < labels.Length; i++)
        {
            if (!(result.Confidence![i] >= least)) continue;
            pixels[labels[i]]++;
            sums[labels[i]] += result.Confidence[i];
        }

        return (pixels, sums);
    }

    private static byte[] MaskOf(SegmentationResult result, byte label, float least)
    {
        byte[] labels = result.Labels.Labels;
        LabelMap mask = new(result.Labels.Width, result.Labels.Height, PixelPool.Rent<byte>(labels.Length));
        for (int i = 0; i < labels.Length; i++) mask.Labels[i] = labels[i] == label && result.Confidence![i] >= least ? (byte)255 : (byte)0;
        byte[] png = PngLabelCodec.WriteGrey(mask);
        PixelPool.Return(mask.Labels);
        return png;
    }
}
