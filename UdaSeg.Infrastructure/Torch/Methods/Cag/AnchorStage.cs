using TorchSharp;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Cag;

/// <summary>
/// CAG's objective (section 3.3): cross-entropy on the source, the mean of that on the target's two kinds of pseudo-labels at stride 4, and the distance of class means
/// of both domains to the anchors. The teacher sees the same crops as the student.
/// </summary>
internal sealed class AnchorStage : StageObjective
{
    private readonly StageContext _context;
    private readonly DeepLabV3Plus _teacher;
    private readonly Tensor _anchors; // [C, D]
    private readonly Tensor _known;   // [C] bool
    private readonly TwoDomains _domains;
    private readonly NoLabels _none;
    private double _keptShare;

    public AnchorStage(StageContext context, int stage, Anchors anchors)
    {
        _context = context;
        _teacher = Teachers.Of(context, stage - 1);
        int dimensions = context.Plan.Network.DecoderChannels;
        float[] rows = [.. anchors.Centers.SelectMany(a => a ?? new float[dimensions])];
        _anchors = from_array(rows, device: context.Device).reshape(-1, dimensions).DetachFromDisposeScope();
        _known = from_array(anchors.Centers.Select(a => a is not null).ToArray(), device: context.Device).DetachFromDisposeScope();
        _domains = new TwoDomains(context.Plan, context.Device);
        _none = new NoLabels(context.Target);
    }

    public override TrainingPlan Plan => _context.Plan;

    public override IPseudoLabelSource Target => _none;

    /// <inheritdoc/>
    public override double? KeptShare(Batch batch) => _keptShare;

    public override LossTerms Losses(DeepLabV3Plus network, Batch batch)
    {
        DomainOutputs outputs = _domains.Run(network, batch);
        (Tensor byAnchor, Tensor byProbability) = Labels(batch);
        Tensor truth = LabelTensors.AtStrideFour(outputs.SourceLabels);
        using Scalar half = 0.5f, weight = (float)Plan.Cag.DistanceWeight;
        Tensor target = SegmentationLosses.CrossEntropy(outputs.TargetCoarse, byAnchor).add(SegmentationLosses.CrossEntropy(outputs.TargetCoarse, byProbability)).mul(half);
        Tensor distance = Distance(outputs.SourceFeatures, Right(outputs.SourceCoarse, truth)).add(Distance(outputs.TargetFeatures, Right(outputs.TargetCoarse, byAnchor)));
        return new LossTerms(
        [
            ("segSource", SegmentationLosses.CrossEntropy(outputs.Source, outputs.SourceLabels)),
            ("segTarget", target),
            ("distance", distance.mul(weight)),
        ]);
    }

    /// <summary>The nearest anchor where it is nearer than the second by the margin, else 255.</summary>
    /// <param name="features">[B, D, h, w].</param>
    /// <param name="anchors">[C, D].</param>
    /// <param name="known">[C] bool; at least two, or no pixel gets a label.</param>
    /// <param name="margin">In units of the features.</param>
    internal static Tensor NearestAnchor(Tensor features, Tensor anchors, Tensor known, double margin)
    {
        using Scalar far = 1e6f, ignore = (long)LabelMap.Ignore, least = (float)margin;
        long batch = features.shape[0], height = features.shape[2], width = features.shape[3];
        Tensor pixels = features.permute(0, 2, 3, 1).reshape(1, -1, features.shape[1]);
        Tensor distances = cdist(pixels, anchors.unsqueeze(0)).squeeze(0);                                        // [B·h·w, C]
        distances = distances.add(known.logical_not().to(distances.dtype).mul(far).unsqueeze(0));
        (Tensor nearest, Tensor index) = distances.topk(2, 1, largest: false, sorted: true);
        Tensor apart = nearest.select(1, 1).sub(nearest.select(1, 0));
        Tensor certain = apart.ge(least).logical_and(nearest.select(1, 1).lt(far));
        return index.select(1, 0).where(certain, full_like(index.select(1, 0), ignore)).reshape(batch, height, width);
    }

    protected override void Dispose(bool disposing)
    {
        _teacher.Dispose();
        _anchors.Dispose();
        _known.Dispose();
    }

    private (Tensor ByAnchor, Tensor ByProbability) Labels(Batch batch)
    {
        using var frozen = no_grad();
        (Tensor logits, Tensor features) = TrainingPass.Run(_teacher, Plan.Compute, _domains.TargetImages(batch));
        (Tensor confidence, Tensor label) = nn.functional.softmax(logits, 1).max(1);
        using Scalar least = (float)Plan.Cag.MinProbability, ignore = (long)LabelMap.Ignore;
        Tensor byAnchor = NearestAnchor(features, _anchors, _known, Plan.Cag.AnchorMargin), byProbability = label.where(confidence.gt(least), full_like(label, ignore));
        _keptShare = byAnchor.ne(ignore).logical_or(byProbability.ne(ignore)).to(ScalarType.Float32).mean().item<float>();
        return (byAnchor, byProbability);
    }

    // Labels where the prediction agrees.
    private static Tensor Right(Tensor logits, Tensor labels)
    {
        using Scalar ignore = (long)LabelMap.Ignore;
        return labels.where(logits.argmax(1).eq(labels), full_like(labels, ignore));
    }

    private Tensor Distance(Tensor features, Tensor labels)
    {
        (Tensor means, Tensor present) = AnchorLosses.ClassMeans(features, labels, _context.Classes, Plan.Cag.LeastPixels);
        return AnchorLosses.ToAnchors(AnchorLosses.ByArea(means, labels), present, _anchors, _known);
    }
}
