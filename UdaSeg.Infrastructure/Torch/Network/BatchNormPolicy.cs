using TorchSharp.Modules;
using UdaSeg.Domain.Training;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>When batch statistics are used and updated (method, section 4): at batches of 4 and more, else the running ones stand.</summary>
internal static class BatchNormPolicy
{
    /// <summary>Puts the network into training mode, its batch norms as the plan says.</summary>
    public static void Train(nn.Module network, BatchNormMode mode, int batchSize)
    {
        network.train();
        if (mode.Trains(batchSize)) return;
        foreach (nn.Module module in network.modules())
        {
            if (module is BatchNorm2d) module.eval();
        }
    }
}
