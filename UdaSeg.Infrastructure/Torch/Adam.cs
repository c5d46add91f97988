using TorchSharp;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>Of both moments.</summary>
/// <param name="Beta1">Of the first moment, 0..1 (exclusive).</param>
/// <param name="Beta2">Of the second moment, 0..1 (exclusive).</param>
internal sealed record AdamSettings(double Beta1 = 0.9, double Beta2 = 0.99);

/// <summary>
/// Adam (Kingma and Ba, 2015) for discriminators and translators. Its moments are named tensors that are saved and restored with what they belong to; the number of
/// steps taken is the iteration's, so that it need not be stored.
/// </summary>
internal sealed class Adam : IDisposable
{
    private const string First = "adam.m.", Second = "adam.v.";
    private const double Epsilon = 1e-8;

    private readonly List<(string Name, Tensor Parameter, Tensor M, Tensor V)> _slots = [];
    private readonly AdamSettings _settings;

    public Adam(nn.Module module, AdamSettings settings)
    {
        _settings = settings;
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
        {
            _slots.Add((name, parameter, zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope()));
        }
    }

    /// <summary>Both moments of each parameter, by name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        _slots.SelectMany(s => new[] { KeyValuePair.Create(First + s.Name, s.M), KeyValuePair.Create(Second + s.Name, s.V) });

    public void ZeroGradients()
    {
        foreach ((_, Tensor parameter, _, _) in _slots)
        {
            parameter.grad?.Dispose();
            parameter.grad = null;
        }
    }

    /// <param name="learningRate">Of this step.</param>
    /// <param name="step">1 for the first.</param>
    public void Step(double learningRate, long step)
    {
        using var noGrad = no_grad();
        double bias1 = 1 - Math.Pow(_settings.Beta1, step), bias2 = 1 - Math.Pow(_settings.Beta2, step);
        using Scalar beta1 = (float)_settings.Beta1, beta2 = (float)_settings.Beta2, rest1 = (float)(1 - _settings.Beta1), rest2 = (float)(1 - _settings.Beta2);
        using Scalar rate = (float)(-learningRate / bias1), root = (float)(1 / Math.Sqrt(bias2)), epsilon = (float)Epsilon;
        foreach ((_, Tensor parameter, Tensor m, Tensor v) in _slots)
        {
            if (parameter.grad is not { } gradient) continue;
            m.mul_(beta1).add_(gradient, rest1);
            v.mul_(beta2).add_(gradient.square(), rest2);
            using Tensor direction = m.div(v.sqrt().mul(root).add(epsilon));
            parameter.add_(direction, rate);
        }
    }

    public void Dispose()
    {
        foreach ((_, _, Tensor m, Tensor v) in _slots)
        {
            m.Dispose();
            v.Dispose();
        }
    }
}
