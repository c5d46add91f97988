using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Dtst;

/// <summary>The last features of each class, first in, first out. Its tensors are part of a stage's resumable state.</summary>
internal sealed class FeatureBank : IDisposable
{
    private readonly Tensor _features; // [C, N, D]
    private readonly Tensor _added;    // [C] float32: how many came in all

    /// <param name="classes">C.</param>
    /// <param name="size">N, features kept a class.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="device">Where they are kept.</param>
    public FeatureBank(int classes, int size, int dimensions, Device device)
    {
        Size = size;
        _features = zeros([classes, size, dimensions], device: device).DetachFromDisposeScope();
        _added = zeros([classes]).DetachFromDisposeScope();
    }

    public int Size { get; }

    /// <summary>By a name of one's own.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State(string name) => [KeyValuePair.Create($"{name}.features", _features), KeyValuePair.Create($"{name}.added", _added)];

    /// <param name="label">The class.</param>
    /// <param name="feature">[D]; copied.</param>
    public void Add(int label, Tensor feature)
    {
        using var mode = no_grad();
        using Tensor count = _added[label], slot = _features[label, (long)count.item<float>() % Size];
        slot.copy_(feature.detach());
        using TorchSharp.Scalar one = 1f;
        count.add_(one);
    }

    /// <summary>[N, D] once the class has filled its places, else null: the first few are no sample of a class.</summary>
    public Tensor? Full(int label)
    {
        using Tensor count = _added[label];
        return count.item<float>() >= Size ? _features[label] : null;
    }

    public void Dispose()
    {
        _features.Dispose();
        _added.Dispose();
    }
}
