using TorchSharp;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>Two generators and two discriminators (CycleGAN) with their optimisers: reproducible from a seed, and resumable by named tensors.</summary>
internal sealed class CycleModel : IDisposable
{
    private const string PainterPrefix = "painters.", JudgePrefix = "judges.", MomentPrefix = "moments.";
    private static readonly AdamSettings Betas = new(0.5, 0.999);

    private readonly BothWays<Generator> _painters;
    private readonly BothWays<PatchDiscriminator> _judges; // by what they are shown: toTarget tells target images from those painted like them
    private readonly Adam _painting;
    private readonly Adam _judging;
    private readonly TranslationSettings _settings;

    /// <param name="settings">Sizes and weights.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="number">Of the translator in its run.</param>
    /// <param name="device">Where it learns.</param>
    public CycleModel(TranslationSettings settings, long seed, int number, Device device)
    {
        _settings = settings;
        var painters = new BothWays<Generator>(new Generator(settings), new Generator(settings));
        var judges = new BothWays<PatchDiscriminator>(new PatchDiscriminator(settings.Width), new PatchDiscriminator(settings.Width));
        random.manual_seed((long)(RandomSource.Bits(seed, number, 0, 0, DrawPurpose.Translator) >> 1));
        Initialise(NetworkState.Of(painters), fromNothing: settings.Residual);
        Initialise(NetworkState.Of(judges), fromNothing: false);
        _painters = (BothWays<Generator>)painters.to(device);
        _judges = (BothWays<PatchDiscriminator>)judges.to(device);
        _painting = new Adam(_painters, Betas);
        _judging = new Adam(_judges, Betas);
    }

    /// <summary>Paints source images like target images.</summary>
    public Generator ToTarget => _painters.toTarget;

    /// <summary>All parameters by name, in the ordinal order of names.</summary>
    public SortedDictionary<string, Tensor> Weights => Named((PainterPrefix, NetworkState.Of(_painters)), (JudgePrefix, NetworkState.Of(_judges)));

    /// <summary>All that the next step depends on: parameters, and the moments of both optimisers.</summary>
    public SortedDictionary<string, Tensor> State =>
        Named(("", Weights), (MomentPrefix + PainterPrefix, _painting.State), (MomentPrefix + JudgePrefix, _judging.State));

    /// <summary>One step of the generators, then one of the discriminators on what was painted.</summary>
    /// <param name="source">[B, 3, H, W] RGB in −1..1.</param>
    /// <param name="target">Likewise.</param>
    /// <param name="semantics">Null: nothing is known of what images show.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="iteration">From 0.</param>
    public TranslationLosses Step(Tensor source, Tensor target, SemanticLoss? semantics, double learningRate, int iteration)
    {
        using DisposeScope scope = NewDisposeScope();
        SetLearning(_judges, false);
        _painting.ZeroGradients();
        (Tensor likeTarget, TranslationLosses there) = Paint(source, _painters.toTarget, _painters.toSource, _judges.toTarget, semantics);
        (Tensor likeSource, TranslationLosses back) = Paint(target, _painters.toSource, _painters.toTarget, _judges.toSource, semantics);
        _painting.Step(learningRate, iteration + 1);
        _painting.ZeroGradients();
        SetLearning(_judges, true);
        _judging.ZeroGradients();
        double judged = Judge(_judges.toTarget, target, likeTarget) + Judge(_judges.toSource, source, likeSource);
        _judging.Step(learningRate, iteration + 1);
        _judging.ZeroGradients();
        return (there + back) with { Judges = judged };
    }

    public void Dispose()
    {
        _painting.Dispose();
        _judging.Dispose();
        _painters.Dispose();
        _judges.Dispose();
    }

    /// <summary>One direction's losses and their gradients; the activations of both directions need never be in memory at once.</summary>
    private (Tensor Painted, TranslationLosses Losses) Paint(
        Tensor image, Generator painter, Generator way, PatchDiscriminator judge, SemanticLoss? semantics)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor painted = painter.call(image), returned = way.call(painted);
        var terms = new List<Tensor> { AdversarialLosses.LeastSquares(judge.call(painted), 1), Weighted(Distance(returned, image), _settings.CycleWeight) };
        double identity = _settings.CycleWeight * _settings.IdentityWeight;
        terms.Add(identity > 0 ? Weighted(Distance(way.call(image), image), identity) : zeros([], device: image.device));
        terms.Add(semantics is null ? zeros([], device: image.device) : Semantic(semantics, image, painted, returned));
        terms.Aggregate((a, b) => a.add(b)).backward();
        double[] values = [.. terms.Select(t => (double)t.item<float>())];
        return (painted.detach().MoveToOuterDisposeScope(), new TranslationLosses(values[0], values[1], values[2], values[3]));
    }

    private Tensor Semantic(SemanticLoss semantics, Tensor image, Tensor painted, Tensor returned)
    {
        Tensor said;
        using (no_grad()) said = semantics.Said(image);
        return Weighted(SemanticLoss.Distance(semantics.Said(painted), said), _settings.SemanticTranslatedWeight)
            .add(Weighted(SemanticLoss.Distance(semantics.Said(returned), said), _settings.SemanticCycleWeight));
    }

    private static double Judge(PatchDiscriminator judge, Tensor own, Tensor painted)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = Weighted(AdversarialLosses.LeastSquares(judge.call(own), 1).add(AdversarialLosses.LeastSquares(judge.call(painted), 0)), 0.5);
        loss.backward();
        return loss.item<float>();
    }

    private static Tensor Distance(Tensor a, Tensor b) => a.sub(b).abs().mean();

    private static Tensor Weighted(Tensor value, double weight)
    {
        using Scalar factor = (float)weight;
        return value.mul(factor);
    }

    /// <summary>As published: a normal law of deviation 0.02. Generators that add to their input may begin with adding nothing.</summary>
    private static void Initialise(SortedDictionary<string, Tensor> parameters, bool fromNothing)
    {
        using var noGrad = no_grad();
        foreach ((string name, Tensor parameter) in parameters)
        {
            if (parameter.dim() < 4 || (fromNothing && name.EndsWith(".last.weight", StringComparison.Ordinal))) nn.init.zeros_(parameter);
            else nn.init.normal_(parameter, 0, 0.02);
        }
    }

    private static void SetLearning(nn.Module module, bool learns)
    {
        foreach (TorchSharp.Modules.Parameter parameter in module.parameters()) parameter.requires_grad = learns;
    }

    private static SortedDictionary<string, Tensor> Named(params (string Prefix, IEnumerable<KeyValuePair<string, Tensor>> Tensors)[] groups) => new(
        groups.SelectMany(g => g.Tensors.Select(t => KeyValuePair.Create(g.Prefix + t.Key, t.Value))).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>Of one step, both directions together, with their weights.</summary>
internal sealed record TranslationLosses(double Adversarial, double Cycle, double Identity, double Semantic, double Judges = 0)
{
    /// <summary>Finite as long as all are.</summary>
    public double Total => Adversarial + Cycle + Identity + Semantic + Judges;

    public static TranslationLosses operator +(TranslationLosses a, TranslationLosses b) =>
        new(a.Adversarial + b.Adversarial, a.Cycle + b.Cycle, a.Identity + b.Identity, a.Semantic + b.Semantic, a.Judges + b.Judges);
}
