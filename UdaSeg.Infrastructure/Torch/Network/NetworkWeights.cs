using System.Text.RegularExpressions;
using TorchSharp;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>Moves named tensors between a network and a safetensors file.</summary>
internal static partial class NetworkWeights
{
    /// <summary>Copies of all named tensors, on the CPU, contiguous, in ordinal order of names.</summary>
    public static IReadOnlyList<TensorEntry> Capture(IReadOnlyDictionary<string, Tensor> state, string prefix = "")
    {
        var entries = new List<TensorEntry>(state.Count);
        foreach ((string name, Tensor tensor) in state.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            using DisposeScope scope = NewDisposeScope();
            float[] values = tensor.detach().cpu().contiguous().data<float>().ToArray();
            entries.Add(new TensorEntry(prefix + name, tensor.shape, values));
        }

        return entries;
    }

    /// <summary>Fills the state with a file that must have exactly its names and shapes.</summary>
    /// <exception cref="RuleViolationException"><c>weights-mismatch</c> (422) names the first tensor that is missing, foreign or of another shape.</exception>
    public static void Restore(IReadOnlyDictionary<string, Tensor> state, IEnumerable<TensorEntry> entries)
    {
        Dictionary<string, TensorEntry> byName = entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        foreach (string name in byName.Keys)
        {
            if (!state.ContainsKey(name)) throw Mismatch($"The file has a tensor '{name}' that the network lacks.");
        }

        foreach ((string name, Tensor tensor) in state)
        {
            if (!byName.TryGetValue(name, out TensorEntry? entry)) throw Mismatch($"The file lacks the tensor '{name}'.");
            Copy(entry, tensor);
        }
    }

    /// <summary>
    /// Fills the backbone from a file in torchvision's names, with or without the prefix <c>backbone.</c>. Classifier heads and what lies behind the blocks
    /// that DeepLab uses are ignored; everything that the backbone has must be there.
    /// </summary>
    public static void RestoreBackbone(IReadOnlyDictionary<string, Tensor> state, IEnumerable<TensorEntry> entries)
    {
        const string prefix = "backbone.";
        var wanted = state.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal);
        Dictionary<string, TensorEntry> found = entries
            .Select(e => e.Name.StartsWith(prefix, StringComparison.Ordinal) ? e : e with { Name = prefix + e.Name })
            .Where(e => wanted.ContainsKey(e.Name) || !Ignorable().IsMatch(e.Name[prefix.Length..]))
            .ToDictionary(e => e.Name, StringComparer.Ordinal);
        Restore(wanted, found.Values);
    }

    [GeneratedRegex(@"^(fc\.|classifier\.|aspp\.|decoder\.|features\.18\.)|num_batches_tracked$")]
    private static partial Regex Ignorable();

    private static void Copy(TensorEntry entry, Tensor into)
    {
        if (!entry.Shape.SequenceEqual(into.shape)) throw Mismatch($"'{entry.Name}' is {Shape(entry.Shape)} in the file and {Shape(into.shape)} in the network.");
        using DisposeScope scope = NewDisposeScope();
        using var noGrad = no_grad();
        into.copy_(from_array(entry.Values).reshape(entry.Shape));
    }

    private static string Shape(long[] shape) => $"[{string.Join(", ", shape)}]";

    private static RuleViolationException Mismatch(string message) => new(RuleKind.Unusable, "weights-mismatch", message);
}
