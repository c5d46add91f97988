using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch;

internal static class CheckpointLoading
{
    /// <summary>Builds the manifest's network and fills it from the artifact store.</summary>
    /// <exception cref="RuleViolationException"><c>checkpoint-unloadable</c> (422), with why.</exception>
    public static DeepLabV3Plus Load(Checkpoint checkpoint, IArtifactStore artifacts, Device device)
    {
        DeepLabV3Plus? network = null;
        try
        {
            network = NetworkFactory.Create(checkpoint.Manifest.Architecture, checkpoint.Manifest.LabelSpace.Count, 0, device);
            using Stream file = artifacts.OpenRead(checkpoint.WeightsKey);
            NetworkWeights.Restore(NetworkState.Of(network), SafetensorsReader.Read(file));
            network.eval();
            return network;
        }
        catch (Exception fault) when (fault is RuleViolationException or IOException)
        {
            network?.Dispose();
            string why = fault is RuleViolationException ? fault.Message : "its weights are no longer in the artifact store.";
            throw new RuleViolationException(RuleKind.Unusable, "checkpoint-unloadable", $"The checkpoint cannot be loaded: {why}", null, fault);
        }
    }
}
