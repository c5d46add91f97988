using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods.CoarseToFine;

/// <summary>The paper's method: T0 on the aligned source, then K times pseudo-labels, centres and adaptation. With no stages and no alignment it is the source-only baseline.</summary>
internal sealed class CoarseToFineMethod : ITrainingMethod
{
    public StageObjective Begin(StageContext context, int stage) => stage == 0 ? new Coarse(context) : new Fine(context, stage, Prepare(context, stage));

    private static StagePreparation Prepare(StageContext context, int stage)
    {
        StagePreparation? preparation = context.Artifacts.Preparation(stage);
        if (preparation is null || !context.Artifacts.HasPseudoLabels(stage))
        {
            (ClassThresholds thresholds, ConfidenceHistogram histogram) = PseudoLabelling.Run(context, stage);
            preparation = new StagePreparation(thresholds.Values, histogram.ToRecord(), CategoryCenterEstimation.Run(context, stage));
            context.Artifacts.WritePreparation(stage, preparation);
        }

        context.Journal.StagePrepared(preparation.Summary(stage, context.Plan.PseudoLabels, context.Artifacts.PreparationKey(stage)));
        return preparation;
    }

    private sealed class Coarse(StageContext context) : StageObjective
    {
        public override TrainingPlan Plan => context.Plan;

        public override LossTerms Losses(DeepLabV3Plus network, Batch batch) => CoarseAlignment.Losses(network, Plan, batch, context.Device);
    }

    private sealed class Fine(StageContext context, int stage, StagePreparation preparation) : StageObjective
    {
        private readonly Adaptation _adaptation = new(context.Plan, preparation.Centers, context.Device);
        private readonly StoredPseudoLabels _labels = new(context.Artifacts.PseudoLabels(stage));

        public override TrainingPlan Plan => context.Plan;

        public override IPseudoLabelSource Target => _labels;

        public override LossTerms Losses(DeepLabV3Plus network, Batch batch) => _adaptation.Losses(network, batch);

        protected override void Dispose(bool disposing) => _labels.Dispose();
    }
}
