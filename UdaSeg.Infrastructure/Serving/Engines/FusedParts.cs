using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <param name="Type">float32 or bfloat16: of weights, bias and activations.</param>
/// <param name="Winograd">Whether 3×3 convolutions with many channels are computed by Winograd's algorithm; float32 only.</param>
/// <param name="Threads">Of what this project computes itself; torch has its own.</param>
internal sealed record FusedVariant(ScalarType Type, bool Winograd, int Threads);

/// <summary>Makes the convolutions of a fused network from named weights, and disposes them.</summary>
/// <param name="weights">A whole checkpoint.</param>
/// <param name="variant">How convolutions are computed.</param>
/// <param name="height">Of a typical image, in pixels.</param>
/// <param name="width">Of a typical image, in pixels.</param>
internal sealed class FusedParts(IEnumerable<TensorEntry> weights, FusedVariant variant, int height, int width) : IDisposable
{
    private readonly Dictionary<string, TensorEntry> _weights = weights.ToDictionary(w => w.Name, StringComparer.Ordinal);
    private readonly List<IConvolution> _made = [];

    /// <summary>Memory that the prepared weights take.</summary>
    public long Bytes => _made.Sum(m => m.Bytes);

    public bool Has(string name) => _weights.ContainsKey(name + ".weight");

    /// <param name="name">Without <c>.weight</c>.</param>
    /// <param name="at">Stride of its input against the image.</param>
    public IConvolution Conv(string name, int at, int stride = 1, int dilation = 1, bool depthwise = false)
    {
        FoldedConvolution folded = BatchNormFolding.Fold(_weights, name);
        (int rows, int columns) = (Math.Max(1, height / at), Math.Max(1, width / at));
        IConvolution made = variant.Winograd && !depthwise && WinogradConvolution.Fits(folded, stride, dilation, rows, columns)
            ? new WinogradConvolution(folded, dilation, variant.Threads)
            : new FusedConvolution(folded, variant.Type, rows, columns, stride, dilation, depthwise ? (int)folded.Shape[0] : 1);
        _made.Add(made);
        return made;
    }

    /// <summary>Once all is made: the unpacked weights need not stay in memory.</summary>
    public void Forget() => _weights.Clear();

    public void Dispose()
    {
        foreach (IConvolution conv in _made) conv.Dispose();
    }
}
