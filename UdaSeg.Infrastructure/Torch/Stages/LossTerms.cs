using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>The loss terms of one iteration by name; all weights are 1.</summary>
internal sealed record LossTerms(IReadOnlyList<(string Name, Tensor Value)> Terms)
{
    public Tensor Total => Terms.Select(t => t.Value).Aggregate((a, b) => a.add(b));

    /// <param name="beside">Of what learns beside the network: told by name, and no part of the total.</param>
    public Dictionary<string, double> Values(IEnumerable<(string Name, Tensor Value)>? beside = null)
    {
        var values = Terms.ToDictionary(t => t.Name, t => (double)t.Value.item<float>(), StringComparer.Ordinal);
        values["total"] = values.Values.Sum();
        foreach ((string name, Tensor value) in beside ?? []) values[name] = value.item<float>();
        return values;
    }
}
