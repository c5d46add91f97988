using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods.Fada;

/// <summary>Fine-grained adversarial adaptation: source, then an adversary that tells class and domain of features, then, from the start, the model's own labels of the target.</summary>
internal sealed class FadaMethod : ITrainingMethod
{
    public StageObjective Begin(StageContext context, int stage) => stage switch
    {
        0 => new PlainSource(context, context.Plan),
        1 => new ClassAdversarialStage(context, stage, Jittered(context.Plan)),
        _ => new Distillation(context, SelfLabels.OfNetwork(context, stage, PseudoLabelling.KeepAll)),
    };

    private static TrainingPlan Jittered(TrainingPlan plan) => plan with { Jitter = plan.Jitter with { Enabled = true } };

    private sealed class Distillation(StageContext context, StoredPseudoLabels labels) : StageObjective
    {
        private readonly SampleView _target = new(context.Target, [.. Enumerable.Range(0, context.Target.Count)], labels);

        public override TrainingPlan Plan { get; } = Jittered(context.Plan) with { Alignment = context.Plan.Alignment with { Scheme = AlignmentScheme.None } };

        public override ISamples SourceOf(StageContext context) => _target;

        public override LossTerms Losses(Network.DeepLabV3Plus network, Batch batch) => CoarseAlignment.Losses(network, Plan, batch, context.Device);

        protected override void Dispose(bool disposing) => labels.Dispose();
    }
}
