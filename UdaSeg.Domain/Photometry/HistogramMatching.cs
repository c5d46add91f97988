using System.Buffers;

namespace UdaSeg.Domain.Photometry;

/// <summary>Classic histogram matching: v ↦ Q_ref(F_src(v)), with cumulative distributions that are linear inside a bin, so without banding.</summary>
public static class HistogramMatching
{
    /// <summary>The monotone map that gives the source's pixels the reference's distribution. Equal histograms give the identity.</summary>
    public static MatchTable Between(ChannelHistogram source, ChannelHistogram reference)
    {
        if (source.Grid != reference.Grid) throw new ArgumentException("The histograms lie on different grids.", nameof(reference));
        int bins = source.Grid.Bins;
        double[] rented = ArrayPool<double>.Shared.Rent((4 * bins) + 2);
        Span<double> from = rented.AsSpan(0, bins + 1), to = rented.AsSpan(bins + 1, bins + 1), ends = rented.AsSpan(2 * (bins + 1), 2 * bins);
        source.Cumulative(from);
        reference.Cumulative(to);
        Match(from, to, ends, source.Grid);
        var table = new MatchTable(source.Grid, ends);
        ArrayPool<double>.Shared.Return(rented);
        return table;
    }

    /// <param name="from">The source's cumulative distribution.</param>
    /// <param name="to">The reference's.</param>
    /// <param name="ends">Receives what the lower and the upper edge of each bin map to.</param>
    /// <param name="grid">Of both.</param>
    private static void Match(ReadOnlySpan<double> from, ReadOnlySpan<double> to, Span<double> ends, ChannelGrid grid)
    {
        int bins = grid.Bins;
        int lower = 0, upper = 0, lastFilled = -1;
        for (int i = 0; i < bins; i++)
        {
            if (from[i + 1] <= from[i]) continue;

            // A plateau of the reference maps to a jump: the bin above it starts at the plateau's upper end, the bin below ends at its lower end.
            while (lower < bins - 1 && to[lower + 1] <= from[i]) lower++;
            while (upper < bins - 1 && to[upper + 1] < from[i + 1]) upper++;
            ends[2 * i] = Position(to, lower, from[i], grid);
            ends[(2 * i) + 1] = Math.Max(ends[2 * i], Position(to, upper, from[i + 1], grid));
            Bridge(ends, lastFilled, i);
            lastFilled = i;
        }

        for (int i = lastFilled + 1; i < bins; i++) ends[2 * i] = ends[(2 * i) + 1] = ends[(2 * lastFilled) + 1];
    }

    /// <summary>Where inside reference bin k its cumulative distribution reaches the given level.</summary>
    private static double Position(ReadOnlySpan<double> cumulative, int k, double level, ChannelGrid grid)
    {
        double rise = cumulative[k + 1] - cumulative[k];
        double share = rise > 0 ? Math.Clamp((level - cumulative[k]) / rise, 0, 1) : 0.5;
        return grid.Center(k) + ((share - 0.5) * grid.Width);
    }

    /// <summary>Source bins without pixels between two filled ones: a straight line; before the first filled one: its lower end.</summary>
    private static void Bridge(Span<double> ends, int lastFilled, int filled)
    {
        int gap = filled - lastFilled - 1;
        if (gap <= 0) return;
        double end = ends[2 * filled], start = lastFilled < 0 ? end : ends[(2 * lastFilled) + 1];
        for (int g = 0; g < gap; g++)
        {
            int bin = lastFilled + 1 + g;
            ends[2 * bin] = start + ((end - start) * g / gap);
            ends[(2 * bin) + 1] = start + ((end - start) * (g + 1) / gap);
        }
    }
}
