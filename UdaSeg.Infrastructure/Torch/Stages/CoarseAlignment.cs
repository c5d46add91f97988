using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>Stage 0 (section 3.1, step 0): cross-entropy on τ(M′).</summary>
internal static class CoarseAlignment
{
    public static LossTerms Losses(DeepLabV3Plus network, TrainingPlan plan, Batch batch, Device device)
    {
        int count = plan.BatchSize, height = plan.Crop.Height, width = plan.Crop.Width;
        Tensor images = from_array(batch.Source, device: device).reshape(count, 3, height, width);
        Tensor labels = LabelTensors.Of(batch.SourceLabels, count, height, width, device);
        (Tensor logits, _) = TrainingPass.Run(network, plan.Compute, images);
        return new LossTerms([("segSource", SegmentationLosses.CrossEntropy(DeepLabV3Plus.Resize(logits, height, width), labels))]);
    }
}
