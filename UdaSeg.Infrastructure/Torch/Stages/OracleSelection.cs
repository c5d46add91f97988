using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <param name="Iteration">Over all stages.</param>
/// <param name="Report">Its evaluation; null without an evaluation set.</param>
internal sealed record ChosenModel(long Iteration, EvaluationReport? Report);

/// <summary>
/// Model selection (method, section 8). The last iteration's model is the result, unless the plan says <c>oracle</c>: then the best evaluated one of the
/// stage, which is kept in the artifact store, so that a resumed run chooses among the same.
/// </summary>
internal sealed class OracleSelection(StageContext context)
{
    private bool Asked => context.Plan.Selection == ModelSelection.Oracle;

    /// <summary>Keeps the network as it is when it evaluates better than what was kept before in this stage.</summary>
    public void Offer(int stage, ChosenModel model)
    {
        if (!Asked || Miou(model) <= Miou(context.Artifacts.Best(stage))) return;
        context.Artifacts.WriteBest(stage, NetworkWeights.Capture(NetworkState.Of(context.Network)), model);
    }

    /// <summary>At a stage's end; puts the chosen weights into the network.</summary>
    public ChosenModel Choose(int stage, ChosenModel last)
    {
        if (!Asked) return last;
        if (context.Artifacts.Best(stage) is not { } best || Miou(best) <= Miou(last)) return Marked(last);
        NetworkWeights.Restore(NetworkState.Of(context.Network), context.Artifacts.BestWeights(stage));
        return Marked(best);
    }

    private static ChosenModel Marked(ChosenModel model) => model with { Report = model.Report is { } r ? r with { Selection = ModelSelection.Oracle } : null };

    private static double Miou(ChosenModel? model) => model?.Report?.Miou ?? -1;
}
