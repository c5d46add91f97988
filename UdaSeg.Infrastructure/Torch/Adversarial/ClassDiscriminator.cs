using TorchSharp.Modules;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Adversarial;

/// <summary>FADA's discriminator (section 3.2): of each pixel's feature, which class of which domain.</summary>
internal sealed class ClassDiscriminator : Module<Tensor, Tensor>
{
    private static readonly TorchSharp.Scalar Slope = 0.2f; // held: a temporary one may be finalised during the native call

    public readonly ModuleList<Conv2d> layers;
    public readonly Conv2d source;
    public readonly Conv2d target;

    /// <param name="dimensions">D, of the features.</param>
    /// <param name="classes">C.</param>
    public ClassDiscriminator(int dimensions, int classes)
        : base(nameof(ClassDiscriminator))
    {
        int wide = Math.Min(256, dimensions), narrow = Math.Max(8, wide / 2);
        layers = [Conv2d(dimensions, wide, 3, padding: 1), Conv2d(wide, narrow, 3, padding: 1)];
        source = Conv2d(narrow, classes, 3, padding: 1);
        target = Conv2d(narrow, classes, 3, padding: 1);
        RegisterComponents();
    }

    /// <param name="features">[B, D, h, w].</param>
    /// <returns>Logits [B, 2C, h, w]: the source's classes, then the target's.</returns>
    public override Tensor forward(Tensor features)
    {
        Tensor x = features;
        foreach (Conv2d layer in layers) x = EvenConvolution.Call(layer, x, padding: 1).leaky_relu(Slope);
        return cat([EvenConvolution.Call(source, x, padding: 1), EvenConvolution.Call(target, x, padding: 1)], 1);
    }
}
