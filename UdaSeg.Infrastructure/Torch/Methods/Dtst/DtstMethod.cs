using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods.Dtst;

/// <summary>
/// Differential treatment of stuff and things: beside an adversary on the outputs, class means of stuff and instances of things on the target are drawn to the nearest
/// that the source showed lately. Later stages add pseudo-labels by the median rule and lower both weights.
/// </summary>
internal sealed class DtstMethod : ITrainingMethod
{
    public StageObjective Begin(StageContext context, int stage) => new BankStage(
        context, stage, stage == 0 ? null : SelfLabels.OfNetwork(context, stage, PseudoLabelling.Thresholds(context.Plan.PseudoLabels)));
}
