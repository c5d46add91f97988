using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>Builds networks with reproducible random parameters, outside any dispose scope.</summary>
internal static class NetworkFactory
{
    /// <summary>He's normal law by fan-out for convolutions, unit batch norm, as torchvision initialises; a small normal law for the classifier.</summary>
    /// <param name="architecture">What is built.</param>
    /// <param name="classes">C.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="device">Where the parameters go.</param>
    /// <param name="layout">Of weights and activations.</param>
    public static DeepLabV3Plus Create(
        CheckpointArchitecture architecture, int classes, long seed, Device device, ChannelsLastMode layout = ChannelsLastMode.Auto)
    {
        var network = new DeepLabV3Plus(architecture, classes);
        random.manual_seed((long)(RandomSource.Bits(seed, 0, 0, 0, DrawPurpose.Initialisation) >> 1));
        using (no_grad())
        {
            foreach ((string name, Tensor parameter) in NetworkState.Of(network))
            {
                if (parameter.dim() != 4) continue;
                if (name.StartsWith("classifier.", StringComparison.Ordinal)) nn.init.normal_(parameter, 0, 0.01);
                else nn.init.kaiming_normal_(parameter, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
            }

            nn.init.zeros_(network.classifier.bias!);
        }

        DropCounters(network);
        if (MemoryLayout.Chooses(layout, architecture.Backbone, device.type)) MemoryLayout.ToChannelsLast(network);
        return (DeepLabV3Plus)network.to(device);
    }

    /// <summary>
    /// Without their counters of batches, which nothing here reads. TorchSharp adds to them with a scalar that may be finalised during the native call:
    /// once in some hundred thousand additions training died of it ("Unknown scalar type").
    /// </summary>
    private static void DropCounters(nn.Module network)
    {
        foreach (TorchSharp.Modules.BatchNorm2d norm in network.modules().OfType<TorchSharp.Modules.BatchNorm2d>())
        {
            norm.num_batches_tracked?.Dispose();
            norm.num_batches_tracked = null!;
        }
    }
}
