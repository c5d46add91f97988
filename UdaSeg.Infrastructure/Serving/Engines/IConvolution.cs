using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>What follows a convolution in the same pass over memory.</summary>
internal enum Activation
{
    None,
    Relu,
    Relu6,
}

/// <summary>A convolution with bias and activation, weights prepared. Padding keeps the size at stride 1.</summary>
internal interface IConvolution : IDisposable
{
    /// <summary>Memory that the weights take.</summary>
    long Bytes { get; }

    // [B, inputs, h, w] channels-last → [B, outputs, h/stride, w/stride] channels-last
    Tensor Run(Tensor x, Activation activation = Activation.None);

    /// <summary>Adds the result to <paramref name="sum"/>, which is overwritten.</summary>
    /// <returns>The sum under a handle of its own.</returns>
    Tensor AddTo(Tensor sum, Tensor x, Activation activation = Activation.None);
}
