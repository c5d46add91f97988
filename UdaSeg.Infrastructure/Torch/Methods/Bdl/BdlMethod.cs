using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods.Bdl;

/// <summary>Bidirectional learning: an adversary on the outputs at first, then also pseudo-labels by the median rule, on source images as the alignment has them.</summary>
internal sealed class BdlMethod : ITrainingMethod
{
    /// <summary>The second direction: once there is a network, translation has to keep what it says.</summary>
    public int? Translator(int stage) => Math.Min(stage, 1);

    public StageObjective Begin(StageContext context, int stage) => new OutputStage(context, stage, AdversaryView.Probabilities,
        stage == 0 ? null : SelfLabels.OfNetwork(context, stage, PseudoLabelling.Thresholds(context.Plan.PseudoLabels)));
}
