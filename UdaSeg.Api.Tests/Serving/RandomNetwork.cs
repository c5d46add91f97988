using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Serving;

/// <summary>Networks with random weights whose batch norms have statistics of their own, so that folding them wrongly shows.</summary>
internal static class RandomNetwork
{
    public static CheckpointArchitecture Architecture(Backbone backbone, int channels = 32, bool multiGrid = true) =>
        CheckpointArchitecture.Of(new NetworkSettings { Backbone = backbone, AsppChannels = channels, DecoderChannels = channels, MultiGrid = multiGrid });

    public static DeepLabV3Plus Create(CheckpointArchitecture architecture, int classes = 5, long seed = 3)
    {
        DeepLabV3Plus network = NetworkFactory.Create(architecture, classes, seed, CPU);
        using var mode = no_grad();
        foreach ((string name, Tensor tensor) in NetworkState.Of(network))
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal)) nn.init.uniform_(tensor, 0.5, 2);
            else if (tensor.dim() == 1 && name.EndsWith("weight", StringComparison.Ordinal)) nn.init.uniform_(tensor, 0.7, 1.3);
            else if (tensor.dim() == 1) nn.init.uniform_(tensor, -0.2, 0.2);
            else if (name == "classifier.weight") nn.init.normal_(tensor, 0, 0.3);
        }

        network.eval();
        return network;
    }

    public static IReadOnlyList<TensorEntry> Weights(DeepLabV3Plus network) => NetworkWeights.Capture(NetworkState.Of(network));
}
