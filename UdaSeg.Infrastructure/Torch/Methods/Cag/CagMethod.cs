using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods.Cag;

/// <summary>Category anchors: an adversarial warm-up, then stages in which the model before, frozen, labels the target by its nearest anchor and by its own probability.</summary>
internal sealed class CagMethod : ITrainingMethod
{
    public StageObjective Begin(StageContext context, int stage) => stage == 0
        ? new OutputStage(context, stage, AdversaryView.Probabilities, null)
        : new AnchorStage(context, stage, AnchorEstimation.Run(context, stage));
}
