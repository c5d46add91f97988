using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods.Shared;

/// <summary>Cross-entropy on labelled images, and nothing else.</summary>
internal sealed class PlainSource(StageContext context, TrainingPlan plan) : StageObjective
{
    public override TrainingPlan Plan => plan;

    public override LossTerms Losses(DeepLabV3Plus network, Batch batch) => CoarseAlignment.Losses(network, plan, batch, context.Device);
}
