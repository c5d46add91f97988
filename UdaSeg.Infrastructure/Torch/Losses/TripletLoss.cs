using TorchSharp;
using UdaSeg.Domain.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Losses;

/// <summary>The category-oriented triplet loss (eq. 4) at stride 4, with fixed centres.</summary>
internal static class TripletLoss
{
    /// <summary>Beyond any distance of unit vectors: masked centres are never the nearest and their hinge is 0.</summary>
    private const float Far = 1e4f;

    private static readonly Scalar FirstClass = 0L;
    private static readonly Scalar Two = 2f, MinusTwo = -2f, Smallest = 1e-8f, FarScalar = Far, Zero = 0f, One = 1f;
    private static readonly Scalar IgnoreScalar = SegmentationLosses.Ignore;

    /// <summary>
    /// Mean over valid pixels of max(‖G(x) − f_y‖ − ‖G(x) − f_n‖ + α, 0). A pixel is valid when it is labelled, its class has a centre, and another
    /// class has one too. No valid pixel gives exactly 0.
    /// </summary>
    /// <param name="features">x: [B, D, h, w].</param>
    /// <param name="labels">[B, h, w] int64, 255 = ignore.</param>
    /// <param name="centers">f_c: [C, D], unit rows; rows of classes without centre are arbitrary.</param>
    /// <param name="present">[C] bool: which classes have a centre.</param>
    /// <param name="margin">α.</param>
    /// <param name="negatives">Nearest wrong centre, or the mean over all wrong ones.</param>
    public static Tensor Compute(Tensor features, Tensor labels, Tensor centers, Tensor present, double margin, TripletNegatives negatives)
    {
        using Scalar alpha = (float)margin, lastClass = centers.shape[0] - 1;
        Tensor known = present.to(ScalarType.Float32);                                                    // [C]
        Tensor directions = functional.normalize(features, 2, 1);                                         // [B, D, h, w]
        Tensor cosines = functional.conv2d(directions, centers.unsqueeze(-1).unsqueeze(-1));              // [B, C, h, w]
        Tensor distances = cosines.mul(MinusTwo).add(Two).clamp_min(Smallest).sqrt();
        Tensor index = labels.clamp(FirstClass, lastClass).unsqueeze(1);                               // [B, 1, h, w]
        Tensor own = zeros_like(distances).scatter_(1, index, ones_like(index, ScalarType.Float32));      // 1 at the pixel's class
        Tensor positive = distances.gather(1, index);
        Tensor rival = known.reshape(1, -1, 1, 1).mul(own.neg().add(One));                                // 1 at wrong classes with a centre
        Tensor rivals = known.sum().sub(One).clamp_min(Zero);
        Tensor hinge = negatives == TripletNegatives.Hardest
            ? functional.relu(positive.sub(distances.add(rival.neg().add(One).mul(FarScalar)).amin([1], keepdim: true)).add(alpha))
            : functional.relu(positive.sub(distances).add(alpha)).mul(rival).sum([1], keepdim: true).div(rivals.clamp_min(One));
        Tensor valid = labels.ne(IgnoreScalar).to(ScalarType.Float32)
            .mul(known.index_select(0, index.flatten()).reshape(labels.shape))
            .mul(rivals.gt(Zero).to(ScalarType.Float32));
        return hinge.squeeze(1).mul(valid).sum().div(valid.sum().clamp_min(One));
    }
}
