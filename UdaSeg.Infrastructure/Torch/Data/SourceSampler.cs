using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>Which source sample a slot of a batch shows.</summary>
internal sealed class SourceSampler
{
    private readonly int _count;
    private readonly int[][]? _sets; // sample indices by set; null: the union

    public SourceSampler(ISamples source, SourceSampling sampling)
    {
        _count = source.Count;
        if (sampling == SourceSampling.Uniform) return;
        int[][] sets = [.. Enumerable.Range(0, source.Count).GroupBy(i => source[i].Set).OrderBy(set => set.Key).Select(set => set.ToArray())];
        if (sets.Length > 1) _sets = sets;
    }

    /// <returns>An index into the store.</returns>
    public int Draw(SampleKey key)
    {
        if (_sets is null) return key.Below(_count, DrawPurpose.SourceSample);
        int[] set = _sets[key.Below(_sets.Length, DrawPurpose.SourceSet)];
        return set[key.Below(set.Length, DrawPurpose.SourceSample)];
    }
}
