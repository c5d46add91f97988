using TorchSharp;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>The network's named tensors as they stand in a weights file: parameters and batch-norm statistics, without <c>num_batches_tracked</c>.</summary>
internal static class NetworkState
{
    /// <summary>In the ordinal order of their names.</summary>
    public static SortedDictionary<string, Tensor> Of(nn.Module network)
    {
        var tensors = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters()) tensors[name] = parameter;
        foreach ((string name, Tensor buffer) in network.named_buffers())
        {
            if (!name.EndsWith("num_batches_tracked", StringComparison.Ordinal)) tensors[name] = buffer;
        }

        return tensors;
    }

    /// <summary>Whether every parameter and statistic is a finite number.</summary>
    public static bool IsFinite(nn.Module network)
    {
        using DisposeScope scope = NewDisposeScope();
        return Of(network).Values.All(static tensor => tensor.isfinite().all().ToBoolean());
    }
}
