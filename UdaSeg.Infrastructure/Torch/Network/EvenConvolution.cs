using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>
/// Convolutions from or to any number of channels. oneDNN works on blocks of 8; on processors that hide their caches (<see cref="ProcessorFaults"/>) it reads what
/// lies in memory behind an incomplete one, and a NaN there is one in the result: blocks are filled with zeros here.
/// </summary>
internal static class EvenConvolution
{
    private const int Block = 8;

    /// <param name="layer">With its parameters as they are: what is filled up is a copy.</param>
    /// <param name="input">[B, I, H, W].</param>
    /// <param name="stride">The layer's.</param>
    /// <param name="padding">The layer's, with zeros.</param>
    /// <returns>What the layer gives, [B, O, h, w].</returns>
    public static Tensor Call(Conv2d layer, Tensor input, int stride = 1, int padding = 0)
    {
        long outputs = layer.weight.shape[0], more = Missing(input.shape[1]), moreOut = Missing(outputs);
        if (more == 0 && moreOut == 0) return layer.call(input);
        Tensor weight = functional.pad(layer.weight, [0, 0, 0, 0, 0, more, 0, moreOut]);
        Tensor? bias = layer.bias is { } given ? functional.pad(given, [0, moreOut]) : null;
        Tensor filled = more == 0 ? input : functional.pad(input, [0, 0, 0, 0, 0, more]);
        return functional.conv2d(filled, weight, bias, [stride, stride], [padding, padding]).narrow(1, 0, outputs);
    }

    private static long Missing(long channels) => (Block - (channels % Block)) % Block;
}
