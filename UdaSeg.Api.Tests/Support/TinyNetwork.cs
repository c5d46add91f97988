using System.Security.Cryptography;
using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Api.Tests.Support;

/// <summary>A real network of eight megabytes with opinions, for the nine classes of the rendered streets.</summary>
internal static class TinyNetwork
{
    public static NetworkSettings Settings { get; } = new(Backbone.MobileNetV2, AsppChannels: 8, DecoderChannels: 8);

    public static CheckpointArchitecture Architecture { get; } = CheckpointArchitecture.Of(Settings);

    public static DeepLabV3Plus Create(long seed)
    {
        DeepLabV3Plus network = NetworkFactory.Create(Architecture, SceneFolder.Space.Count, seed, torch.CPU);
        using DisposeScope scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        torch.random.manual_seed(seed);
        torch.nn.init.normal_(network.classifier.weight!, 0, 2);
        foreach ((string name, torch.Tensor tensor) in NetworkState.Of(network))
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal)) torch.nn.init.uniform_(tensor, 0.5, 2);
            if (name.EndsWith("running_mean", StringComparison.Ordinal)) torch.nn.init.normal_(tensor, 0, 0.1);
        }

        return network;
    }

    public static IReadOnlyList<TensorEntry> Tensors(long seed)
    {
        using DeepLabV3Plus network = Create(seed);
        return NetworkWeights.Capture(NetworkState.Of(network));
    }

    /// <summary>Straight from the modules, by the names that the tensor library gives them: without any of our code for files.</summary>
    public static Dictionary<string, (long[] Shape, float[] Values)> State(long seed)
    {
        using DeepLabV3Plus network = Create(seed);
        return network.state_dict().Where(s => !s.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .ToDictionary(s => s.Key, s => (s.Value.shape, s.Value.contiguous().data<float>().ToArray()));
    }

    public static byte[] File(IReadOnlyList<TensorEntry> tensors)
    {
        using var file = new MemoryStream();
        SafetensorsWriter.Write(file, tensors);
        return file.ToArray();
    }

    public static CheckpointManifest Manifest(byte[] weights) => new()
    {
        Name = "streets · stage 1",
        Architecture = Architecture,
        LabelSpace = SceneFolder.Space,
        Normalisation = Normalisation.ImageNet,
        Origin = new CheckpointOrigin(Guid.CreateVersion7(), 1, 450),
        Digest = Convert.ToHexStringLower(SHA256.HashData(weights)),
        CreatedAt = Samples.Now,
        Metrics = new Dictionary<string, double> { ["miou"] = 0.5 },
    };

    /// <summary>As a run would have left it.</summary>
    public static Checkpoint Publish(ApiFactory api, byte[] weights)
    {
        string key = $"models/{Guid.NewGuid():N}.safetensors";
        api.Service<IArtifactStore>().Write(key, stream => stream.Write(weights));
        var checkpoint = new Checkpoint(Guid.CreateVersion7(), Manifest(weights), key, weights.Length, Samples.Now);
        api.Service<Infrastructure.Persistence.CheckpointStore>().Publish(checkpoint);
        return checkpoint;
    }
}
