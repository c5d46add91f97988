using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Adversarial;
using UdaSeg.Infrastructure.Torch.Losses;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Shared;

/// <summary>Output-space adversarial training: the network is paid for target maps that a discriminator takes for the source's (source 0, target 1).</summary>
internal sealed class OutputAdversary : IDisposable
{
    private readonly Adversary _adversary;
    private readonly double _weight;
    private (Tensor Source, Tensor Target) _seen;

    public OutputAdversary(TrainingPlan plan, int stage, int classes, Device device, AdversarialSettings settings)
    {
        _adversary = new Adversary("output", new OutputDiscriminator(classes, Math.Max(8, plan.Network.DecoderChannels / 4)), plan.Seed, stage, device, settings.LearningRate);
        _weight = settings.Weight;
    }

    public IEnumerable<KeyValuePair<string, Tensor>> State => _adversary.State;

    /// <param name="source">What the discriminator sees of the source, [B, C, H, W].</param>
    /// <param name="target">Of the target.</param>
    /// <returns>The network's weighted term.</returns>
    public (string Name, Tensor Value) Fool(Tensor source, Tensor target)
    {
        _seen = (source.detach(), target.detach());
        using TorchSharp.Scalar weight = (float)_weight;
        return ("adversarial", AdversarialLosses.Domain(_adversary.Judge(target), 0).mul(weight));
    }

    /// <summary>The discriminator's own step, half its loss a domain.</summary>
    public (string Name, Tensor Value) Learn(int iteration, double share)
    {
        using TorchSharp.Scalar half = 0.5f;
        Tensor loss = _adversary.Learn(
            d => AdversarialLosses.Domain(d.call(_seen.Source), 0).add(AdversarialLosses.Domain(d.call(_seen.Target), 1)).mul(half), share, iteration);
        return ("discriminator", loss);
    }

    public void Dispose() => _adversary.Dispose();
}
