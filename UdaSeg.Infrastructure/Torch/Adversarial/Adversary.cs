using TorchSharp;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Adversarial;

/// <summary>A discriminator with its optimiser, trained beside the network: reproducible from its seed, and resumable by its named tensors.</summary>
internal sealed class Adversary : IDisposable
{
    private readonly Adam _adam;
    private readonly double _learningRate;

    /// <param name="name">Unique within a stage; its tensors' prefix.</param>
    /// <param name="module">Freshly built; initialised here.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="stage">Whose adversary it is.</param>
    /// <param name="device">Where it goes.</param>
    /// <param name="learningRate">Base rate; decays with the network's.</param>
    public Adversary(string name, nn.Module<Tensor, Tensor> module, long seed, int stage, Device device, double learningRate = 1e-4)
    {
        Name = name;
        random.manual_seed((long)(RandomSource.Bits(seed, stage, 0, 0, DrawPurpose.Adversary) >> 1));
        using (no_grad())
        {
            foreach ((string parameter, TorchSharp.Modules.Parameter value) in module.named_parameters().OrderBy(p => p.name, StringComparer.Ordinal))
            {
                if (value.dim() == 4) nn.init.kaiming_normal_(value, a: 0.2, nonlinearity: nn.init.NonlinearityType.LeakyReLU);
                else nn.init.zeros_(value);
            }
        }

        Module = (nn.Module<Tensor, Tensor>)module.to(device);
        _adam = new Adam(Module, new AdamSettings());
        _learningRate = learningRate;
    }

    public string Name { get; }

    public nn.Module<Tensor, Tensor> Module { get; }

    /// <summary>Parameters and moments, by name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        NetworkState.Of(Module).Concat(_adam.State).Select(t => KeyValuePair.Create($"{Name}.{t.Key}", t.Value));

    /// <summary>Its decisions as a judge that does not learn from them: gradients pass through to the network alone.</summary>
    public Tensor Judge(Tensor input)
    {
        SetLearning(false);
        return Module.call(input);
    }

    /// <summary>One step of learning.</summary>
    /// <param name="loss">Of its decisions on detached inputs; called once.</param>
    /// <param name="share">Of the base rate.</param>
    /// <param name="iteration">Within the stage, from 0.</param>
    /// <returns>The loss.</returns>
    public Tensor Learn(Func<nn.Module<Tensor, Tensor>, Tensor> loss, double share, int iteration)
    {
        SetLearning(true);
        _adam.ZeroGradients();
        Tensor value = loss(Module);
        value.backward();
        _adam.Step(_learningRate * share, iteration + 1);
        _adam.ZeroGradients();
        return value.detach();
    }

    public void Dispose()
    {
        _adam.Dispose();
        Module.Dispose();
    }

    private void SetLearning(bool learns)
    {
        foreach (TorchSharp.Modules.Parameter parameter in Module.parameters()) parameter.requires_grad = learns;
    }
}
