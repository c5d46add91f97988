using TorchSharp;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Adversarial;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Fada;

/// <summary>FADA's stage 1 (sections 3.2 and 3.3): features of each class are to look the same in both domains, by soft labels of the network itself.</summary>
internal sealed class ClassAdversarialStage : StageObjective
{
    private readonly Adversary _adversary;
    private readonly TwoDomains _domains;
    private readonly NoLabels _none;
    private Seen? _seen;

    public ClassAdversarialStage(StageContext context, int stage, TrainingPlan plan)
    {
        Plan = plan;
        _domains = new TwoDomains(plan, context.Device);
        _none = new NoLabels(context.Target);
        _adversary = new Adversary("classes", new ClassDiscriminator(plan.Network.DecoderChannels, context.Classes), plan.Seed, stage, context.Device, plan.Adversarial.LearningRate);
        State = _adversary.State.ToDictionary(StringComparer.Ordinal);
    }

    public override TrainingPlan Plan { get; }

    public override IPseudoLabelSource Target => _none;

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override LossTerms Losses(DeepLabV3Plus network, Batch batch)
    {
        DomainOutputs outputs = _domains.Run(network, batch);
        _seen = new Seen(outputs.SourceFeatures.detach(), Soft(outputs.SourceCoarse, Plan), outputs.TargetFeatures.detach(), Soft(outputs.TargetCoarse, Plan));
        using Scalar weight = (float)Plan.Adversarial.Weight;
        return new LossTerms(
        [
            ("segSource", SegmentationLosses.CrossEntropy(outputs.Source, outputs.SourceLabels)),
            ("adversarial", AdversarialLosses.ByClass(_adversary.Judge(outputs.TargetFeatures), _seen.TargetClasses, target: false).mul(weight)),
        ]);
    }

    public override IEnumerable<(string Name, Tensor Value)> Follow(int iteration, double share)
    {
        Seen seen = _seen!;
        using Scalar half = 0.5f;
        Tensor loss = _adversary.Learn(
            d => AdversarialLosses.ByClass(d.call(seen.Source), seen.SourceClasses, target: false)
                .add(AdversarialLosses.ByClass(d.call(seen.Target), seen.TargetClasses, target: true)).mul(half),
            share,
            iteration);
        return [("discriminator", loss)];
    }

    /// <summary>What a pixel is held to be: softmax of the logits over the temperature, clipped; no gradient.</summary>
    /// <param name="logits">[B, C, h, w].</param>
    /// <param name="plan">Temperature and cap.</param>
    internal static Tensor Soft(Tensor logits, TrainingPlan plan)
    {
        using Scalar temperature = (float)plan.Fada.Temperature, cap = (float)plan.Fada.Cap;
        return nn.functional.softmax(logits.detach().div(temperature), 1).clamp_max(cap);
    }

    protected override void Dispose(bool disposing) => _adversary.Dispose();

    private sealed record Seen(Tensor Source, Tensor SourceClasses, Tensor Target, Tensor TargetClasses);
}
