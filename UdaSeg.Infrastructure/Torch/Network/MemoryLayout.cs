using TorchSharp.Modules;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>Channels-last storage of activations and convolution weights; the values and shapes are the same.</summary>
internal static class MemoryLayout
{
    // [B, C, H, W] with C innermost in memory
    public static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Replaces the weights of all convolutions: before an optimiser or a state dictionary takes hold of them.</summary>
    public static void ToChannelsLast(nn.Module network)
    {
        foreach (Conv2d conv in network.modules().OfType<Conv2d>())
        {
            var weight = new Parameter(ChannelsLast(conv.weight!.detach()).detach());
            weight.DetachFromDisposeScope();
            conv.weight = weight;
        }
    }
}
