using TorchSharp.Modules;
using UdaSeg.Domain.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>A module that computes some of its convolutions another way when channels lie innermost.</summary>
internal interface IChannelsLast
{
    bool ChannelsLast { get; set; }
}

/// <summary>Channels-last storage of activations and convolution weights; the values and shapes are the same.</summary>
internal static class MemoryLayout
{
    /// <summary>From so many channels on at either side, channels-last 1×1 convolutions raise SIGFPE in oneDNN on some processors.</summary>
    private const int Wide = 512;

    // [B, C, H, W] with C innermost in memory
    public static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>What <c>auto</c> means: MobileNetV2's depthwise convolutions are a quarter faster so on a processor, ResNets are not.</summary>
    public static bool Chooses(ChannelsLastMode mode, Backbone backbone, TorchSharp.DeviceType device) =>
        Chooses(mode, backbone, device, ProcessorFaults.HidesCaches);

    /// <param name="hidesCaches">Then MobileNetV2's dilated depthwise convolutions have wrong gradients with channels innermost, whatever was asked for.</param>
    internal static bool Chooses(ChannelsLastMode mode, Backbone backbone, TorchSharp.DeviceType device, bool hidesCaches) => mode switch
    {
        _ when hidesCaches && backbone == Backbone.MobileNetV2 && device == TorchSharp.DeviceType.CPU => false,
        ChannelsLastMode.On => true,
        ChannelsLastMode.Off => false,
        _ => backbone == Backbone.MobileNetV2 && device == TorchSharp.DeviceType.CPU,
    };

    /// <summary>Replaces the weights of all convolutions: before an optimiser or a state dictionary takes hold of them.</summary>
    public static void ToChannelsLast(nn.Module network)
    {
        foreach (Conv2d conv in network.modules().OfType<Conv2d>())
        {
            var weight = new Parameter(ChannelsLast(conv.weight!.detach()).detach());
            weight.DetachFromDisposeScope();
            conv.weight = weight;
        }

        foreach (IChannelsLast module in network.modules().OfType<IChannelsLast>()) module.ChannelsLast = true;
    }

    /// <summary>
    /// A convolution of stride 1. A wide 1×1 one with channels innermost is computed as the product of matrices that it is, which no processor dies of.
    /// </summary>
    // x: [B, C, H, W] → [B, outputs, H', W']
    public static Tensor Convolve(Conv2d conv, Tensor x, bool channelsLast)
    {
        Parameter weight = conv.weight!; // [outputs, inputs, kh, kw]
        long outputs = weight.shape[0], inputs = weight.shape[1];
        bool product = channelsLast && weight.shape[2] == 1 && Math.Max(outputs, inputs) >= Wide;
        return product ? functional.linear(x.permute(0, 2, 3, 1), weight.reshape(outputs, inputs)).permute(0, 3, 1, 2) : conv.call(x);
    }
}
