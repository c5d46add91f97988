namespace UdaSeg.Domain.Photometry;

/// <summary>A fixed grid over a channel's range. Bin k is centred at <c>Min + k·Width</c>, so black (L* = 0) and neutral (a* = b* = 0) are centres.</summary>
/// <param name="Min">Centre of the first bin.</param>
/// <param name="Max">Centre of the last bin.</param>
/// <param name="Bins">How many bins.</param>
public sealed record ChannelGrid(float Min, float Max, int Bins)
{
    internal const int LightnessBins = 4097;
    internal const int ChromaBins = 2049;

    /// <summary>L*: 0..100 in 4,097 bins.</summary>
    public static ChannelGrid Lightness { get; } = new(0, 100, LightnessBins);

    /// <summary>a* and b*: −128..128 in 2,049 bins of 1/8.</summary>
    public static ChannelGrid Chroma { get; } = new(-128, 128, ChromaBins);

    public float Width => (Max - Min) / (Bins - 1);

    public double Center(int bin) => Min + ((double)(Max - Min) * bin / (Bins - 1));

    /// <returns>The bin of a value; values outside fall into the border bins.</returns>
    public int BinOf(float value) => Math.Clamp((int)(((value - Min) / Width) + 0.5f), 0, Bins - 1);
}

/// <summary>The distribution of one Lab channel: the share of pixels in each bin of a grid.</summary>
public sealed class ChannelHistogram
{
    private readonly float[] _shares;

    /// <param name="grid">Where the bins lie.</param>
    /// <param name="shares">Non-negative, of sum 1 but for rounding, one a bin; not copied.</param>
    internal ChannelHistogram(ChannelGrid grid, float[] shares) => (Grid, _shares) = (grid, shares);

    public ChannelGrid Grid { get; }

    public ReadOnlySpan<float> Shares => _shares;

    /// <param name="grid">Where the bins lie.</param>
    /// <param name="counts">Pixels in each bin; at least one in all.</param>
    public static ChannelHistogram FromCounts(ChannelGrid grid, ReadOnlySpan<int> counts)
    {
        if (counts.Length != grid.Bins) throw new ArgumentException($"The grid has {grid.Bins} bins, not {counts.Length}.", nameof(counts));
        long total = 0;
        foreach (int count in counts) total += count;
        if (total <= 0) throw new ArgumentException("A histogram needs at least one pixel.", nameof(counts));
        var shares = new float[counts.Length];
        for (int i = 0; i < shares.Length; i++) shares[i] = (float)((double)counts[i] / total);
        return new ChannelHistogram(grid, shares);
    }

    public static ChannelHistogram Of(ChannelGrid grid, ReadOnlySpan<float> values)
    {
        var counts = new int[grid.Bins];
        foreach (float value in values) counts[grid.BinOf(value)]++;
        return FromCounts(grid, counts);
    }

    /// <summary>The mean of the distributions: each weighs the same, whatever its pixel count was.</summary>
    public static ChannelHistogram Average(IReadOnlyList<ChannelHistogram> histograms)
    {
        ChannelGrid grid = histograms[0].Grid;
        var sums = new double[grid.Bins];
        foreach (ChannelHistogram histogram in histograms)
        {
            if (histogram.Grid != grid) throw new ArgumentException("The histograms lie on different grids.", nameof(histograms));
            for (int i = 0; i < sums.Length; i++) sums[i] += histogram._shares[i];
        }

        return new ChannelHistogram(grid, Array.ConvertAll(sums, s => (float)(s / histograms.Count)));
    }

    /// <summary>Mean of the bins' centres.</summary>
    public double Mean()
    {
        double sum = 0, total = 0;
        for (int i = 0; i < _shares.Length; i++) (sum, total) = (sum + (_shares[i] * Grid.Center(i)), total + _shares[i]);
        return sum / total;
    }

    /// <returns><c>Bins + 1</c> values at the bins' edges, from 0 to exactly 1.</returns>
    public double[] Cumulative()
    {
        var cumulative = new double[_shares.Length + 1];
        Cumulative(cumulative);
        return cumulative;
    }

    /// <param name="cumulative">Receives <c>Bins + 1</c> values.</param>
    internal void Cumulative(Span<double> cumulative)
    {
        double sum = cumulative[0] = 0;
        for (int i = 0; i < _shares.Length; i++) cumulative[i + 1] = sum += _shares[i];
        for (int i = 0; i < cumulative.Length; i++) cumulative[i] /= sum;
    }

    /// <summary>The first Wasserstein distance, in the channel's unit: how far the pixels' values must move on average.</summary>
    public double WassersteinTo(ChannelHistogram other)
    {
        if (other.Grid != Grid) throw new ArgumentException("The histograms lie on different grids.", nameof(other));
        double[] mine = Cumulative(), theirs = other.Cumulative();
        double sum = 0;
        for (int i = 0; i < mine.Length; i++) sum += Math.Abs(mine[i] - theirs[i]);
        return sum * Grid.Width;
    }
}
