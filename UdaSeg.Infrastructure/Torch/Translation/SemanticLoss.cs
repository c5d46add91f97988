using UdaSeg.Domain.Checkpoints;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>BDL's perceptual loss (section 3.2): what a segmentation network says of an image shall survive its translation.</summary>
internal sealed class SemanticLoss : IDisposable
{
    private readonly DeepLabV3Plus _network;
    private readonly Tensor _scale;  // [1, 3, 1, 1], from −1..1 to the network's input
    private readonly Tensor _offset;

    /// <param name="network">Frozen, in evaluation mode; disposed with the loss.</param>
    /// <param name="normalisation">Of its input.</param>
    /// <param name="device">Where it is.</param>
    public SemanticLoss(DeepLabV3Plus network, Normalisation normalisation, Device device)
    {
        _network = network;
        _scale = OfChannels(c => 0.5 / normalisation.Std[c], device);
        _offset = OfChannels(c => (0.5 - normalisation.Mean[c]) / normalisation.Std[c], device);
    }

    /// <summary>What the network says, each class's logits normalised over the image: how sure it is in all does not count.</summary>
    /// <param name="image">[B, 3, H, W] RGB in −1..1.</param>
    /// <returns>[B, C, H/4, W/4].</returns>
    public Tensor Said(Tensor image) => Norms.Instance(_network.call(image.mul(_scale).add(_offset)).Logits);

    /// <summary>The mean of squared differences.</summary>
    public static Tensor Distance(Tensor said, Tensor original) => said.sub(original).square().mean();

    public void Dispose()
    {
        _scale.Dispose();
        _offset.Dispose();
        _network.Dispose();
    }

    private static Tensor OfChannels(Func<int, double> value, Device device)
    {
        using var scope = NewDisposeScope();
        return tensor(Enumerable.Range(0, 3).Select(c => (float)value(c)).ToArray(), device: device).reshape(1, 3, 1, 1).DetachFromDisposeScope();
    }
}
