using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>A convolution with the batch norm behind it: w·γ/√(σ²+ε) and β + (b − μ)·γ/√(σ²+ε), in double precision.</summary>
/// <param name="Shape">Outputs, inputs (of a group), kernel height and width.</param>
/// <param name="Weight">Row-major.</param>
/// <param name="Bias">One an output.</param>
internal sealed record FoldedConvolution(long[] Shape, float[] Weight, float[] Bias)
{
    private const double Epsilon = 1e-5;

    public int Outputs => (int)Shape[0];

    public int Inputs => (int)Shape[1];

    public int Kernel => (int)Shape[2];

    /// <param name="weights">By name.</param>
    /// <param name="conv">Prefix of <c>.weight</c> and, where there is one, <c>.bias</c>.</param>
    /// <param name="norm">Prefix of the batch norm's tensors; null: none follows.</param>
    public static FoldedConvolution Of(IReadOnlyDictionary<string, TensorEntry> weights, string conv, string? norm)
    {
        TensorEntry kernel = weights[conv + ".weight"];
        float[] bias = weights.TryGetValue(conv + ".bias", out TensorEntry? own) ? [.. own.Values] : new float[kernel.Shape[0]];
        if (norm is null) return new FoldedConvolution(kernel.Shape, kernel.Values, bias);
        float[] gamma = weights[norm + ".weight"].Values, beta = weights[norm + ".bias"].Values;
        float[] mean = weights[norm + ".running_mean"].Values, variance = weights[norm + ".running_var"].Values;
        var folded = new float[kernel.Values.Length];
        int each = folded.Length / bias.Length;
        for (int o = 0; o < bias.Length; o++)
        {
            double scale = gamma[o] / Math.Sqrt(variance[o] + Epsilon);
            for (int i = o * each; i < (o + 1) * each; i++) folded[i] = (float)(kernel.Values[i] * scale);
            bias[o] = (float)(beta[o] + ((bias[o] - mean[o]) * scale));
        }

        return new FoldedConvolution(kernel.Shape, folded, bias);
    }
}
