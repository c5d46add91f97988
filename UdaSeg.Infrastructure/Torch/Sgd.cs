using TorchSharp;
using UdaSeg.Domain.Training;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>
/// Stochastic gradient descent with momentum and weight decay, as PyTorch defines it: g ← g + λw, v ← μv + g, w ← w − lr·v. Its momentum buffers are
/// named tensors that are saved and restored with the model, so that a resumed run equals an undisturbed one.
/// </summary>
internal sealed class Sgd : IDisposable
{
    private const string HeadlessPrefix = "backbone.";
    private readonly List<(string Name, Tensor Parameter, Tensor Momentum, bool Head)> _slots = [];
    private readonly OptimizerSettings _settings;
    private readonly Scalar _momentum;
    private readonly Scalar _weightDecay;

    public Sgd(nn.Module network, OptimizerSettings settings)
    {
        _settings = settings;
        (_momentum, _weightDecay) = ((float)settings.Momentum, (float)settings.WeightDecay);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
        {
            Tensor momentum = zeros_like(parameter).DetachFromDisposeScope();
            _slots.Add((name, parameter, momentum, !name.StartsWith(HeadlessPrefix, StringComparison.Ordinal)));
        }
    }

    /// <summary>By the parameters' names.</summary>
    public IReadOnlyDictionary<string, Tensor> Momentum => _slots.ToDictionary(s => s.Name, s => s.Momentum, StringComparer.Ordinal);

    /// <summary>Dropped, not filled with zeros: the backward pass then hands its own tensors over instead of adding them to these.</summary>
    public void ZeroGradients()
    {
        foreach ((_, Tensor parameter, _, _) in _slots)
        {
            parameter.grad?.Dispose();
            parameter.grad = null;
        }
    }

    /// <param name="learningRate">Of the backbone; the head's is multiplied by its factor.</param>
    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        using Scalar backboneRate = (float)-learningRate, headRate = (float)(-learningRate * _settings.HeadFactor);
        foreach ((_, Tensor parameter, Tensor momentum, bool head) in _slots)
        {
            if (parameter.grad is not { } gradient) continue;
            momentum.mul_(_momentum).add_(gradient).add_(parameter, _weightDecay);
            parameter.add_(momentum, head ? headRate : backboneRate);
        }
    }

    public void Dispose()
    {
        foreach ((_, _, Tensor momentum, _) in _slots) momentum.Dispose();
        _momentum.Dispose();
        _weightDecay.Dispose();
    }
}
