using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Shared;

/// <param name="Source">Logits of the source at the crop's size, [B, C, H, W].</param>
/// <param name="SourceLabels">[B, H, W] int64.</param>
/// <param name="SourceFeatures">[B, D, h, w] at stride 4.</param>
/// <param name="Target">Logits of the target at the crop's size.</param>
/// <param name="TargetLabels">[B, H, W] int64; 255 where there is none.</param>
/// <param name="TargetFeatures">[B, D, h, w].</param>
/// <param name="SourceCoarse">Logits of the source at stride 4, [B, C, h, w].</param>
/// <param name="TargetCoarse">Of the target.</param>
internal sealed record DomainOutputs(
    Tensor Source, Tensor SourceLabels, Tensor SourceFeatures, Tensor Target, Tensor TargetLabels, Tensor TargetFeatures, Tensor SourceCoarse, Tensor TargetCoarse);

/// <summary>Source and target through the network in one batch, so that batch norm sees both domains as it will in evaluation.</summary>
internal sealed class TwoDomains(TrainingPlan plan, Device device)
{
    private readonly DevicePixels _pixels = new(Normalisation.Of(plan.Network.Normalisation), device);

    public DomainOutputs Run(DeepLabV3Plus network, Batch batch)
    {
        int count = plan.BatchSize, height = plan.Crop.Height, width = plan.Crop.Width;
        (Tensor coarse, Tensor features) = TrainingPass.Run(network, plan.Compute, cat([Images(batch.Source), TargetImages(batch)], 0));
        Tensor logits = DeepLabV3Plus.Resize(coarse, height, width);
        return new DomainOutputs(
            logits.narrow(0, 0, count),
            LabelTensors.Of(batch.SourceLabels, count, height, width, device),
            features.narrow(0, 0, count),
            logits.narrow(0, count, count),
            LabelTensors.Of(TargetOf(batch).PseudoLabels, count, height, width, device),
            features.narrow(0, count, count),
            coarse.narrow(0, 0, count),
            coarse.narrow(0, count, count));
    }

    /// <summary>n without jitter, [B, 3, H, W] normalised.</summary>
    public Tensor TargetImages(Batch batch) => TargetOf(batch) is { PlainBytes: { } bytes }
        ? _pixels.Normalised(from_array(bytes).reshape(plan.BatchSize, plan.Crop.Height, plan.Crop.Width, 3))
        : Images(TargetOf(batch).Plain);

    private static TargetBatch TargetOf(Batch batch) => batch.Target ?? throw new InvalidOperationException("This stage needs target images.");

    private Tensor Images(float[] values) => from_array(values, device: device).reshape(plan.BatchSize, 3, plan.Crop.Height, plan.Crop.Width);
}
