using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>
/// Stages 1..K (section 3.3): L_seg on τ(M′) and on N with its pseudo-labels, the category-oriented triplet loss on the source, and consistency of
/// τ(N) with the pseudo-labels of N. All images go through the network in one batch, so that batch norm sees both domains as it will in evaluation.
/// </summary>
internal sealed class Adaptation(TrainingPlan plan, CategoryCenters centers, Device device)
{
    // [C, D] and [C]; constants of the stage
    private readonly Tensor _centers = from_array(centers.ToMatrix(), device: device).reshape(-1, centers.Dimensions).DetachFromDisposeScope();
    private readonly Tensor _present = from_array(centers.Mask(), device: device).DetachFromDisposeScope();

    private readonly DevicePixels _pixels = new(Normalisation.Of(plan.Network.Normalisation), device);

    public LossTerms Losses(DeepLabV3Plus network, Batch batch)
    {
        int count = plan.BatchSize, height = plan.Crop.Height, width = plan.Crop.Width;
        TargetBatch target = batch.Target ?? throw new InvalidOperationException("Adaptation needs target images.");
        Tensor Images(float[] values) => from_array(values, device: device).reshape(count, 3, height, width);
        Tensor sourceLabels = LabelTensors.Of(batch.SourceLabels, count, height, width, device);
        Tensor pseudoLabels = LabelTensors.Of(target.PseudoLabels, count, height, width, device);

        Tensor plain = target.PlainBytes is { } bytes ? _pixels.Normalised(from_array(bytes).reshape(count, height, width, 3)) : Images(target.Plain);
        var inputs = new List<Tensor> { Images(batch.Source), plain };
        if (plan.Consistency.Enabled) inputs.Add(Images(target.Jittered));
        (Tensor logits, Tensor features) = TrainingPass.Run(network, plan.Compute, cat(inputs, 0));
        logits = DeepLabV3Plus.Resize(logits, height, width);
        Tensor Part(Tensor all, int i) => all.narrow(0, i * count, count);

        var terms = new List<(string, Tensor)>
        {
            ("segSource", SegmentationLosses.CrossEntropy(Part(logits, 0), sourceLabels)),
            ("segTarget", SegmentationLosses.CrossEntropy(Part(logits, 1), pseudoLabels)),
        };
        if (plan.Triplet.Enabled) terms.Add(("triplet", Triplet(features, sourceLabels, pseudoLabels)));
        if (plan.Consistency.Enabled) terms.Add(("consistency", SegmentationLosses.CrossEntropy(Part(logits, 2), pseudoLabels)));
        return new LossTerms(terms);
    }

    private Tensor Triplet(Tensor features, Tensor sourceLabels, Tensor pseudoLabels)
    {
        Tensor labels = plan.Triplet.IncludePseudoLabels ? cat([sourceLabels, pseudoLabels], 0) : sourceLabels;
        Tensor pixels = features.narrow(0, 0, labels.shape[0]);
        return TripletLoss.Compute(pixels, LabelTensors.AtStrideFour(labels), _centers, _present, plan.Triplet.Margin, plan.Triplet.Negatives);
    }
}
