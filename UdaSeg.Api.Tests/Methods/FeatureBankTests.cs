using CsCheck;
using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Infrastructure.Torch.Methods.Dtst;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

[Collection(nameof(TorchCollection))]
public sealed class FeatureBankTests
{
    private const int Classes = 3, Dimensions = 2;

    [Fact]
    public void The_last_features_of_a_class_are_there_once_it_has_filled_its_places() => Gen.Select(Gen.Int[1, 4], Gen.Int[0, Classes - 1].Array[0, 30]).Sample(
        (size, labels) =>
        {
            using DisposeScope scope = NewDisposeScope();
            using var bank = new FeatureBank(Classes, size, Dimensions, CPU);
            Queue<float>[] slow = [.. Enumerable.Range(0, Classes).Select(_ => new Queue<float>())];
            for (int i = 0; i < labels.Length; i++)
            {
                bank.Add(labels[i], from_array(new[] { i, -i - 0.5f }));
                slow[labels[i]].Enqueue(i);
                if (slow[labels[i]].Count > size) slow[labels[i]].Dequeue();
                Check(bank, slow, size);
            }
        },
        iter: 40);

    [Fact]
    public void What_was_added_is_a_copy_without_gradient()
    {
        using DisposeScope scope = NewDisposeScope();
        using var bank = new FeatureBank(1, 1, Dimensions, CPU);
        Tensor feature = ones(Dimensions).requires_grad_();
        bank.Add(0, feature);
        using (no_grad()) feature.zero_();
        Tensor full = bank.Full(0)!;
        Assert.False(full.requires_grad);
        Assert.Equal([1f, 1f], full.contiguous().data<float>().ToArray());
    }

    [Fact]
    public void A_bank_that_was_stored_and_read_again_goes_on_where_it_was()
    {
        using DisposeScope scope = NewDisposeScope();
        using FeatureBank one = new(Classes, 3, Dimensions, CPU), other = new(Classes, 3, Dimensions, CPU);
        for (int i = 0; i < 5; i++) one.Add(1, from_array(new[] { i, 0f }));
        one.Add(2, from_array(new[] { 9f, 9f }));
        IReadOnlyList<TensorEntry> stored = NetworkWeights.Capture(one.State("stuff").ToDictionary(), "method.");
        Assert.Equal(["method.stuff.added", "method.stuff.features"], stored.Select(t => t.Name));
        NetworkWeights.Restore(other.State("stuff").ToDictionary(), stored.Select(t => t with { Name = t.Name["method.".Length..] }));
        foreach (FeatureBank bank in new[] { one, other })
        {
            bank.Add(1, from_array(new[] { 5f, 0f })); // in the place of the oldest
            Assert.Equal([3f, 4f, 5f], Firsts(bank, 1)!.Order());
            Assert.Null(Firsts(bank, 2));
            bank.Add(2, from_array(new[] { 7f, 7f }));
            bank.Add(2, from_array(new[] { 8f, 8f }));
            Assert.Equal([7f, 8f, 9f], Firsts(bank, 2)!.Order());
        }
    }

    private static void Check(FeatureBank bank, Queue<float>[] slow, int size)
    {
        for (int c = 0; c < Classes; c++)
        {
            if (slow[c].Count < size) Assert.Null(Firsts(bank, c));
            else Assert.Equal(slow[c].Order(), Firsts(bank, c)!.Order());
        }
    }

    /// <summary>The first value of each feature; the second belongs to it.</summary>
    private static float[]? Firsts(FeatureBank bank, int label)
    {
        if (bank.Full(label) is not { } known) return null;
        float[] values = known.contiguous().data<float>().ToArray();
        Assert.Equal([bank.Size, Dimensions], known.shape);
        return [.. Enumerable.Range(0, bank.Size).Select(n => values[n * Dimensions])];
    }
}
