using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Losses;

/// <summary>What needs no label: how undecided a prediction is (FDA, section 3.2; ADVENT, sections 3.1 and 3.2).</summary>
internal static class EntropyLosses
{
    private static readonly Scalar Smallest = 1e-30f, Charbonnier = 1e-8f, Two = 2f;

    /// <summary>Entropy a pixel, as a share of the most there can be: −Σ p log p / log C, 0..1.</summary>
    /// <param name="logits">[B, C, H, W].</param>
    /// <returns>[B, H, W].</returns>
    public static Tensor Normalised(Tensor logits) => SelfInformation(logits).sum([1L]);

    /// <summary>The weighted self-information −p log p / log C of each class, which ADVENT's discriminator sees; its sum over classes is the normalised entropy.</summary>
    /// <param name="logits">[B, C, H, W].</param>
    /// <returns>[B, C, H, W].</returns>
    public static Tensor SelfInformation(Tensor logits)
    {
        using Scalar scale = (float)(-1 / Math.Log(logits.shape[1]));
        Tensor p = functional.softmax(logits, 1);
        return p.mul(p.add(Smallest).log()).mul(scale);
    }

    /// <summary>FDA's robust entropy: the mean over pixels of (e² + 10⁻⁸)^η.</summary>
    /// <param name="logits">[B, C, H, W].</param>
    /// <param name="eta">η, above 0; beyond ½ it weighs undecided pixels more than decided ones.</param>
    public static Tensor Penalty(Tensor logits, double eta)
    {
        using Scalar power = (float)eta;
        return Normalised(logits).pow(Two).add(Charbonnier).pow(power).mean();
    }
}
