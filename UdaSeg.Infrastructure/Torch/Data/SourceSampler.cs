using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>Which source sample a slot of a batch shows.</summary>
internal sealed class SourceSampler
{
    private readonly int _count;
    private readonly int[][]? _sets; // sample indices by set; null: the union

    private readonly RareClassSampler? _rare;

    /// <param name="source">M.</param>
    /// <param name="plan">How sets and classes are weighed.</param>
    /// <param name="counts">Of the source's labels; needed for rare classes only.</param>
    public SourceSampler(ISamples source, TrainingPlan plan, ClassCounts? counts = null)
    {
        _count = source.Count;
        if (plan.RareClasses.Enabled)
        {
            var rare = new RareClassSampler(counts ?? throw new ArgumentNullException(nameof(counts)), _count, plan.RareClasses);
            if (rare.CanDraw) _rare = rare;
        }

        if (plan.SourceSampling == SourceSampling.Uniform) return;
        int[][] sets = [.. Enumerable.Range(0, source.Count).GroupBy(i => source[i].Set).OrderBy(set => set.Key).Select(set => set.ToArray())];
        if (sets.Length > 1) _sets = sets;
    }

    /// <returns>An index into the store.</returns>
    public int Draw(SampleKey key)
    {
        if (_rare is not null) return _rare.Draw(key);
        if (_sets is null) return key.Below(_count, DrawPurpose.SourceSample);
        int[] set = _sets[key.Below(_sets.Length, DrawPurpose.SourceSet)];
        return set[key.Below(set.Length, DrawPurpose.SourceSample)];
    }
}
