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
        IReadOnlyList<TensorEntry> weights = ReadWeights(checkpoint, artifacts);
        DeepLabV3Plus network = NetworkFactory.Create(checkpoint.Manifest.Architecture, checkpoint.Manifest.LabelSpace.Count, 0, device);
        try
        {
            NetworkWeights.Restore(NetworkState.Of(network), weights);
            network.eval();
            return network;
        }
        catch (RuleViolationException fault)
        {
            network.Dispose();
            throw Unloadable(fault.Message, fault);
        }
    }

    /// <summary>The weights as they stand in the artifact store.</summary>
    /// <exception cref="RuleViolationException"><c>checkpoint-unloadable</c> (422), with why.</exception>
    public static IReadOnlyList<TensorEntry> ReadWeights(Checkpoint checkpoint, IArtifactStore artifacts)
    {
        try
        {
            using Stream file = artifacts.OpenRead(checkpoint.WeightsKey);
            return SafetensorsReader.Read(file);
        }
        catch (Exception fault) when (fault is RuleViolationException or IOException)
        {
            throw Unloadable(fault is RuleViolationException ? fault.Message : "its weights are no longer in the artifact store.", fault);
        }
    }

    private static RuleViolationException Unloadable(string why, Exception fault) =>
        new(RuleKind.Unusable, "checkpoint-unloadable", $"The checkpoint cannot be loaded: {why}", null, fault);
}
