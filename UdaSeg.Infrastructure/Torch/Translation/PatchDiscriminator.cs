using TorchSharp.Modules;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>Tells of patches of 70×70 pixels whether they are of a domain or painted (Isola et al., CVPR 2017).</summary>
internal sealed class PatchDiscriminator : Module<Tensor, Tensor>
{
    private static readonly TorchSharp.Scalar Slope = 0.2f; // held: a temporary one may be finalised during the native call

    public readonly Conv2d first;
    public readonly ModuleList<Conv2d> layers;
    public readonly Conv2d last;

    /// <param name="width">Channels of the first layer.</param>
    public PatchDiscriminator(int width)
        : base(nameof(PatchDiscriminator))
    {
        first = Conv2d(3, width, 4, stride: 2, padding: 1);
        layers =
        [
            Conv2d(width, 2 * width, 4, stride: 2, padding: 1, bias: false),
            Conv2d(2 * width, 4 * width, 4, stride: 2, padding: 1, bias: false),
            Conv2d(4 * width, 8 * width, 4, padding: 1, bias: false),
        ];
        last = Conv2d(8 * width, 1, 4, padding: 1);
        RegisterComponents();
    }

    /// <param name="image">[B, 3, H, W] RGB in −1..1; sides of at least 32.</param>
    /// <returns>Decisions [B, 1, ~H/8, ~W/8]: 1 for the domain's own, 0 for painted.</returns>
    public override Tensor forward(Tensor image)
    {
        Tensor x = EvenConvolution.Call(first, image, stride: 2, padding: 1).leaky_relu(Slope);
        for (int i = 0; i < layers.Count; i++)
        {
            int stride = i + 1 < layers.Count ? 2 : 1;
            x = Norms.Instance(EvenConvolution.Call(layers[i], x, stride, padding: 1)).leaky_relu(Slope);
        }

        return EvenConvolution.Call(last, x, padding: 1);
    }
}
