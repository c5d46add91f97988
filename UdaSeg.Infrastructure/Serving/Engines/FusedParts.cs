using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>Makes the convolutions of a fused network from named weights, and disposes them.</summary>
/// <param name="weights">A whole checkpoint.</param>
/// <param name="type">float32 or bfloat16.</param>
/// <param name="height">Of a typical image, in pixels.</param>
/// <param name="width">Of a typical image, in pixels.</param>
internal sealed class FusedParts(IEnumerable<TensorEntry> weights, ScalarType type, int height, int width) : IDisposable
{
    private readonly Dictionary<string, TensorEntry> _weights = weights.ToDictionary(w => w.Name, StringComparer.Ordinal);
    private readonly List<FusedConvolution> _made = [];

    public bool Has(string name) => _weights.ContainsKey(name + ".weight");

    /// <param name="conv">Its name.</param>
    /// <param name="norm">The batch norm's name; null: none.</param>
    /// <param name="at">Stride of its input against the image.</param>
    public FusedConvolution Conv(string conv, string? norm, int at, int stride = 1, int dilation = 1, bool depthwise = false)
    {
        var folded = FoldedConvolution.Of(_weights, conv, norm);
        var made = new FusedConvolution(folded, type, Math.Max(1, height / at), Math.Max(1, width / at), stride, dilation, depthwise ? folded.Outputs : 1);
        _made.Add(made);
        return made;
    }

    /// <summary>A <c>ConvBn</c>: <c>name.conv</c> and <c>name.bn</c>.</summary>
    public FusedConvolution ConvBn(string name, int at, int dilation = 1) => Conv(name + ".conv", name + ".bn", at, dilation: dilation);

    public void Dispose()
    {
        foreach (FusedConvolution conv in _made) conv.Dispose();
    }
}
