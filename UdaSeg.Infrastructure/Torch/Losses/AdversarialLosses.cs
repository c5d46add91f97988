using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Losses;

/// <summary>What discriminators minimise, and what fools them.</summary>
internal static class AdversarialLosses
{
    /// <summary>Binary cross-entropy of a map of decisions with one answer for all of it.</summary>
    /// <param name="decisions">Any shape; logits.</param>
    /// <param name="answer">0 or 1: the domain.</param>
    public static Tensor Domain(Tensor decisions, int answer)
    {
        // −log σ(±x) does not overflow; softplus would do as well, but for the temporary scalars that the library makes of its parameters.
        return functional.logsigmoid(answer == 0 ? decisions.neg() : decisions).mean().neg();
    }

    /// <summary>Least squares (LSGAN): the mean of (d − answer)².</summary>
    public static Tensor LeastSquares(Tensor decisions, int answer)
    {
        using Scalar right = (float)answer;
        return decisions.sub(right).square().mean();
    }

    /// <summary>FADA's cross-entropy with soft labels over classes of both domains: the mean over pixels of −Σ a log softmax(d).</summary>
    /// <param name="decisions">[B, 2C, h, w]: C classes of the source, then C of the target.</param>
    /// <param name="classes">a: [B, C, h, w], what each pixel is held to be; constants.</param>
    /// <param name="target">Whether the answer is that the pixels are the target's.</param>
    public static Tensor ByClass(Tensor decisions, Tensor classes, bool target)
    {
        long count = classes.shape[1];
        Tensor logs = functional.log_softmax(decisions, 1).narrow(1, target ? count : 0, count);
        return classes.mul(logs).sum([1L]).mean().neg();
    }
}
