using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Losses;

/// <summary>Cross-entropy over labelled pixels: L_seg, and eq. 5 where the labels are the kept pseudo-labels.</summary>
internal static class SegmentationLosses
{
    public const long Ignore = 255;

    /// <summary>Mean cross-entropy over the pixels whose label is not 255; exactly 0 (with zero gradient) when there is none.</summary>
    /// <param name="logits">[B, C, H, W].</param>
    /// <param name="labels">[B, H, W] int64.</param>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels)
    {
        Tensor sum = functional.cross_entropy(logits, labels, ignore_index: Ignore, reduction: Reduction.Sum);
        Tensor valid = labels.ne(IgnoreScalar).sum(ScalarType.Float32);
        return sum.div(valid.clamp_min(OneScalar));
    }

    private static readonly TorchSharp.Scalar IgnoreScalar = Ignore;
    private static readonly TorchSharp.Scalar OneScalar = 1f;
}
