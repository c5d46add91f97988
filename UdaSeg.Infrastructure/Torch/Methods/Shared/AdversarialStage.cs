using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Shared;

/// <summary>What the discriminator of a stage sees of a prediction.</summary>
internal enum AdversaryView
{
    /// <summary>Class probabilities (AdaptSegNet, BDL).</summary>
    Probabilities,

    /// <summary>The weighted self-information (ADVENT).</summary>
    SelfInformation,
}

/// <summary>Cross-entropy on the source, an adversary on the outputs, and cross-entropy on pseudo-labels where there are some.</summary>
internal class AdversarialStage : StageObjective
{
    private readonly AdversaryView _view;
    private readonly OutputAdversary _adversary;
    private readonly TwoDomains _domains;
    private readonly IPseudoLabelSource _target;
    private readonly bool _hasLabels;

    /// <param name="context">The run.</param>
    /// <param name="stage">Whose adversary begins anew.</param>
    /// <param name="plan">Of the stage.</param>
    /// <param name="view">What the adversary sees.</param>
    /// <param name="labels">Of the target; null: none. Disposed with the stage.</param>
    public AdversarialStage(StageContext context, int stage, TrainingPlan plan, AdversaryView view, IPseudoLabelSource? labels)
    {
        (Context, Plan, _view, _hasLabels, _target) = (context, plan, view, labels is not null, labels ?? new NoLabels(context.Target));
        _adversary = new OutputAdversary(plan, stage, context.Classes, context.Device, plan.Adversarial);
        _domains = new TwoDomains(plan, context.Device);
        State = _adversary.State.ToDictionary(StringComparer.Ordinal);
    }

    public override TrainingPlan Plan { get; }

    public override IPseudoLabelSource Target => _target;

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    protected StageContext Context { get; }

    public override LossTerms Losses(DeepLabV3Plus network, Batch batch)
    {
        DomainOutputs outputs = _domains.Run(network, batch);
        var terms = new List<(string, Tensor)> { ("segSource", SegmentationLosses.CrossEntropy(outputs.Source, outputs.SourceLabels)) };
        if (_hasLabels) terms.Add(("segTarget", SegmentationLosses.CrossEntropy(outputs.Target, outputs.TargetLabels)));
        terms.Add(_adversary.Fool(See(outputs.Source), See(outputs.Target)));
        terms.AddRange(More(network, outputs));
        return new LossTerms(terms);
    }

    public override IEnumerable<(string Name, Tensor Value)> Follow(int iteration, double share) => [_adversary.Learn(iteration, share)];

    /// <summary>What a method adds.</summary>
    protected virtual IEnumerable<(string Name, Tensor Value)> More(DeepLabV3Plus network, DomainOutputs outputs) => [];

    protected override void Dispose(bool disposing)
    {
        _adversary.Dispose();
        (_target as IDisposable)?.Dispose();
    }

    private Tensor See(Tensor logits) => _view == AdversaryView.Probabilities ? nn.functional.softmax(logits, 1) : EntropyLosses.SelfInformation(logits);
}
