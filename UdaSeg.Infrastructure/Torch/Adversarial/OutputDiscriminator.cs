using TorchSharp.Modules;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Adversarial;

/// <summary>
/// Tells from a map of the network's output (softmax, or self-information) which domain it came from: five convolutions of 4×4 with stride 2, as
/// AdaptSegNet, BDL, ADVENT and SIM have it.
/// </summary>
internal sealed class OutputDiscriminator : Module<Tensor, Tensor>
{
    private static readonly TorchSharp.Scalar Slope = 0.2f; // held: a temporary one may be finalised during the native call

    public readonly ModuleList<Conv2d> layers;

    /// <param name="channels">Of the map: C.</param>
    /// <param name="width">Of the first layer; the others have twice, four and eight times as many.</param>
    public OutputDiscriminator(int channels, int width = 64)
        : base(nameof(OutputDiscriminator))
    {
        layers = [];
        int[] widths = [channels, width, 2 * width, 4 * width, 8 * width, 1];
        for (int i = 0; i + 1 < widths.Length; i++) layers.Add(Conv2d(widths[i], widths[i + 1], 4, stride: 2, padding: 1));
        RegisterComponents();
    }

    /// <param name="map">[B, C, H, W]; sides of at least 32.</param>
    /// <returns>Decisions (logits), [B, 1, ~H/32, ~W/32].</returns>
    public override Tensor forward(Tensor map)
    {
        Tensor x = map;
        for (int i = 0; i < layers.Count; i++)
        {
            x = EvenConvolution.Call(layers[i], x, stride: 2, padding: 1);
            if (i + 1 < layers.Count) x = x.leaky_relu(Slope);
        }

        return x;
    }
}
