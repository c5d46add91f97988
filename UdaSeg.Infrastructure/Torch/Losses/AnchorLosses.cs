using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Losses;

/// <summary>Distances of features to fixed points of each class (CAG, section 3.3; SIM, section 3.2).</summary>
internal static class AnchorLosses
{
    private static readonly Scalar One = 1f;

    /// <summary>The mean feature of each class in each image, and where there is one.</summary>
    /// <param name="features">[B, D, h, w].</param>
    /// <param name="labels">[B, h, w] int64; others than 0..C−1 belong to no class.</param>
    /// <param name="classes">C.</param>
    /// <param name="least">Pixels that a class must have in an image to count there, at least 1.</param>
    /// <returns>Means [B, C, D] and presence [B, C] bool; means of absent classes are arbitrary.</returns>
    public static (Tensor Means, Tensor Present) ClassMeans(Tensor features, Tensor labels, int classes, int least)
    {
        using Scalar fewest = least;
        long batch = features.shape[0], dimensions = features.shape[1];
        Tensor members = arange(classes, ScalarType.Int64, labels.device).reshape(1, -1, 1).eq(labels.reshape(batch, 1, -1)).to(features.dtype); // [B, C, hw]
        Tensor counts = members.sum([2L]);                                                                                                      // [B, C]
        Tensor sums = members.bmm(features.reshape(batch, dimensions, -1).transpose(1, 2));                                                     // [B, C, D]
        return (sums.div(counts.clamp_min(One).unsqueeze(2)), counts.ge(fewest));
    }

    /// <summary>
    /// The same means with CAG's gradient: that of each is multiplied by twice the share of the image's pixels behind it. A pixel of any class is then pulled as
    /// strongly as one of another, where a plain mean pulls those of small classes most.
    /// </summary>
    /// <param name="means">[B, C, D].</param>
    /// <param name="labels">[B, h, w] int64, which they are of.</param>
    public static Tensor ByArea(Tensor means, Tensor labels)
    {
        using Scalar twice = 2f;
        long batch = means.shape[0], classes = means.shape[1];
        Tensor members = arange(classes, ScalarType.Int64, labels.device).reshape(1, -1, 1).eq(labels.reshape(batch, 1, -1)).to(means.dtype); // [B, C, hw]
        Tensor share = members.mean([2L], keepdim: true).mul(twice);                                                                          // [B, C, 1]
        return means.detach().add(means.sub(means.detach()).mul(share));
    }

    /// <summary>
    /// CAG's distance loss: the mean over images and classes present of the smooth L1 distance (summed over dimensions, divided by their number) between the class's
    /// mean feature and its anchor, times ten; exactly 0 when no class is present. A distance above 5 is divided by ten until it is not.
    /// </summary>
    /// <param name="means">[B, C, D].</param>
    /// <param name="present">[B, C] bool.</param>
    /// <param name="anchors">[C, D]; constants.</param>
    /// <param name="known">[C] bool: which classes have an anchor.</param>
    public static Tensor ToAnchors(Tensor means, Tensor present, Tensor anchors, Tensor known)
    {
        using Scalar ten = 10f;
        Tensor counted = present.logical_and(known.unsqueeze(0)).to(means.dtype);                                         // [B, C]
        Tensor distances = functional.smooth_l1_loss(means, anchors.unsqueeze(0).expand_as(means), Reduction.None).mean([2L]); // [B, C]
        return Limited(distances).mul(counted).sum().div(counted.sum().clamp_min(One)).mul(ten);
    }

    private static Tensor Limited(Tensor distances)
    {
        using Scalar most = 5f, none = 0f, base10 = 10f;
        Tensor times = distances.detach().div(most).log10().ceil().clamp_min(none);
        return distances.div(full_like(times, base10).pow(times));
    }

    /// <summary>SIM's distance to the nearest of a bank: the least mean absolute difference, averaged over the rows.</summary>
    /// <param name="rows">[N, D], N ≥ 1.</param>
    /// <param name="bank">[M, D], M ≥ 1; constants.</param>
    public static Tensor ToNearest(Tensor rows, Tensor bank) => rows.unsqueeze(1).sub(bank.unsqueeze(0)).abs().mean([2L]).amin([1L]).mean();
}
