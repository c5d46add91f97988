using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Fda;

/// <summary>
/// Fourier domain adaptation: three models, each from the start on source images with another band of the target's low frequencies; then self-training on what the
/// mean of the last three models says. On the target every stage also pays for undecided pixels.
/// </summary>
internal sealed class FdaMethod : ITrainingMethod
{
    public StageObjective Begin(StageContext context, int stage) =>
        stage < MethodShape.FdaBands ? new Objective(context, stage, null) : new Objective(context, stage, Labels(context, stage));

    private static StoredPseudoLabels Labels(StageContext context, int stage)
    {
        DeepLabV3Plus[] models = [.. Enumerable.Range(stage - MethodShape.FdaBands, MethodShape.FdaBands).Select(s => Teachers.Of(context, s))];
        try
        {
            Inference[] teachers = [.. models.Select(context.NewInference)];
            var rule = new PseudoLabelSettings(context.Plan.PseudoLabels.MaxThreshold, context.Plan.Fda.Percent);
            return SelfLabels.Of(context, stage, image => Teachers.Mean(teachers, image), PseudoLabelling.Thresholds(rule));
        }
        finally
        {
            foreach (DeepLabV3Plus model in models) model.Dispose();
        }
    }

    private static double Band(FdaSettings settings, int stage) => stage switch
    {
        0 => settings.SmallBand,
        1 => settings.MiddleBand,
        _ => settings.WideBand,
    };

    private sealed class Objective(StageContext context, int stage, StoredPseudoLabels? labels) : StageObjective
    {
        private readonly TwoDomains _domains = new(context.Plan, context.Device);
        private readonly NoLabels _none = new(context.Target);

        public override TrainingPlan Plan { get; } = context.Plan with
        {
            Alignment = context.Plan.Alignment with { Scheme = AlignmentScheme.Fourier, FourierBeta = Band(context.Plan.Fda, stage) },
        };

        public override IPseudoLabelSource Target => labels is null ? _none : labels;

        public override LossTerms Losses(DeepLabV3Plus network, Batch batch)
        {
            DomainOutputs outputs = _domains.Run(network, batch);
            using TorchSharp.Scalar weight = (float)Plan.Fda.EntropyWeight;
            var terms = new List<(string, Tensor)>
            {
                ("segSource", SegmentationLosses.CrossEntropy(outputs.Source, outputs.SourceLabels)),
                ("entropy", EntropyLosses.Penalty(outputs.Target, Plan.Fda.Eta).mul(weight)),
            };
            if (labels is not null) terms.Add(("segTarget", SegmentationLosses.CrossEntropy(outputs.Target, outputs.TargetLabels)));
            return new LossTerms(terms);
        }

        protected override void Dispose(bool disposing) => labels?.Dispose();
    }
}
