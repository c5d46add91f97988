using TorchSharp;
using UdaSeg.Infrastructure.Onnx;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>A convolution by oneDNN on packed weights.</summary>
internal sealed class FusedConvolution : IConvolution
{
    private static readonly string[] Methods = ["none", "relu", "relu6"];

    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly object[] _geometry;

    /// <param name="folded">Weights and bias.</param>
    /// <param name="type">float32 or bfloat16: of weights, bias and activations.</param>
    /// <param name="height">Of a typical input: a hint for the packing.</param>
    /// <param name="width">Of a typical input.</param>
    public FusedConvolution(FoldedConvolution folded, ScalarType type, int height, int width, int stride = 1, int dilation = 1, int groups = 1)
    {
        _geometry = [dilation * (folded.Shape[2] / 2), (long)stride, (long)dilation, (long)groups];
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = from_array(folded.Weight).reshape(folded.Shape).to(type);
        _weight = FusedOperators.Invoke("pack", [weight, .. _geometry, (long)height, (long)width]).DetachFromDisposeScope();
        _bias = from_array(folded.Bias).to(type).DetachFromDisposeScope();
        Bytes = folded.Weight.Length * weight.element_size();
    }

    public long Bytes { get; }

    public Tensor Run(Tensor x, Activation activation = Activation.None) => FusedOperators.Invoke(Methods[(int)activation], [x, _weight, _bias, .. _geometry]);

    public Tensor AddTo(Tensor sum, Tensor x, Activation activation = Activation.None) =>
        FusedOperators.Invoke(activation == Activation.Relu ? "add_relu" : "add", [x, _weight, _bias, .. _geometry, sum]);

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
