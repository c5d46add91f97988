using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Bench;

/// <summary>A checkpoint with random weights: as fast as a trained one.</summary>
internal static class BenchModel
{
    public static (CheckpointManifest Manifest, IReadOnlyList<TensorEntry> Weights) Create(Backbone backbone)
    {
        var architecture = CheckpointArchitecture.Of(new NetworkSettings { Backbone = backbone });
        LabelSpace space = BuiltInLabelSpaces.All.First(s => s.Count == 19);
        using DeepLabV3Plus network = NetworkFactory.Create(architecture, space.Count, 1, CPU);
        var manifest = new CheckpointManifest
        {
            Name = "bench",
            Architecture = architecture,
            LabelSpace = space,
            Normalisation = Normalisation.ImageNet,
            Digest = "",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        return (manifest, NetworkWeights.Capture(NetworkState.Of(network)));
    }
}
