using System.Globalization;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Infrastructure.Onnx;

/// <summary>
/// Folds each batch norm into the convolution before it: with running statistics, γ (w ∗ x − μ) / √(σ² + ε) + β is a convolution with the weight s·w and
/// the bias β − s·μ, where s = γ / √(σ² + ε). Computed in double precision and rounded once.
/// </summary>
internal static class BatchNormFolding
{
    /// <summary>torch's default, which all of this project's networks and torchvision's have.</summary>
    public const double Epsilon = 1e-5;

    /// <param name="weights">A checkpoint's tensors.</param>
    /// <returns>Every convolution of the network, in the order of the tensors; each is folded when it is reached.</returns>
    /// <exception cref="RuleViolationException">As <see cref="Fold"/>.</exception>
    public static IEnumerable<FoldedConvolution> FoldAll(IReadOnlyList<TensorEntry> weights)
    {
        Dictionary<string, TensorEntry> byName = weights.ToDictionary(w => w.Name, StringComparer.Ordinal);
        return ConvolutionsOf(weights).Select(name => Fold(byName, name));
    }

    /// <returns>The names of the tensors with four dimensions, without <c>.weight</c>.</returns>
    public static IEnumerable<string> ConvolutionsOf(IEnumerable<TensorEntry> weights) =>
        weights.Where(w => w.Shape.Length == 4).Select(w => w.Name[..w.Name.LastIndexOf('.')]);

    /// <summary>One convolution. One with a bias of its own has no batch norm (the classifier) and stays as it is.</summary>
    /// <param name="weights">By name.</param>
    /// <param name="convolution">Without <c>.weight</c>.</param>
    /// <exception cref="RuleViolationException"><c>weights-mismatch</c> (422): a tensor is missing or does not fit the convolution.</exception>
    public static FoldedConvolution Fold(IReadOnlyDictionary<string, TensorEntry> weights, string convolution)
    {
        TensorEntry kernel = Find(weights, convolution + ".weight", null);
        long outputs = kernel.Shape[0];
        if (weights.ContainsKey(convolution + ".bias"))
        {
            return new FoldedConvolution(convolution, kernel.Shape, kernel.Values, Find(weights, convolution + ".bias", outputs).Values);
        }

        string norm = NormOf(convolution);
        float[] gamma = Find(weights, norm + ".weight", outputs).Values, beta = Find(weights, norm + ".bias", outputs).Values;
        float[] mean = Find(weights, norm + ".running_mean", outputs).Values, variance = Find(weights, norm + ".running_var", outputs).Values;
        var weight = new float[kernel.Values.Length];
        var bias = new float[outputs];
        int each = (int)(weight.Length / outputs);
        for (int o = 0; o < bias.Length; o++)
        {
            double scale = gamma[o] / Math.Sqrt(variance[o] + Epsilon);
            bias[o] = (float)(beta[o] - (mean[o] * scale));
            for (int i = o * each; i < (o + 1) * each; i++) weight[i] = (float)(kernel.Values[i] * scale);
        }

        return new FoldedConvolution(convolution, kernel.Shape, weight, bias);
    }

    /// <returns>The batch norm that follows: <c>bn</c> of <c>conv</c>, <c>bn2</c> of <c>conv2</c>, and in sequences the next number.</returns>
    internal static string NormOf(string convolution)
    {
        int dot = convolution.LastIndexOf('.') + 1;
        string last = convolution[dot..];
        if (last.StartsWith("conv", StringComparison.Ordinal)) return convolution[..dot] + "bn" + last["conv".Length..];
        return int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int place)
            ? string.Create(CultureInfo.InvariantCulture, $"{convolution[..dot]}{place + 1}")
            : throw Mismatch($"'{convolution}' has neither a bias nor a batch norm.");
    }

    internal static RuleViolationException Mismatch(string message) => new(RuleKind.Unusable, "weights-mismatch", message);

    private static TensorEntry Find(IReadOnlyDictionary<string, TensorEntry> weights, string name, long? length)
    {
        if (!weights.TryGetValue(name, out TensorEntry? entry)) throw Mismatch($"The file lacks the tensor '{name}'.");
        bool fits = length is null ? entry.Shape is { Length: 4 } && entry.Shape.All(side => side > 0) : entry.Values.Length == length;
        return fits ? entry : throw Mismatch($"The tensor '{name}' has the shape [{string.Join(", ", entry.Shape)}], which does not fit its convolution.");
    }
}
