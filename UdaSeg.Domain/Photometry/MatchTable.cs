using UdaSeg.Domain.Photometry.Kernels;

namespace UdaSeg.Domain.Photometry;

/// <summary>A monotone map on a channel, linear inside each bin of its grid.</summary>
public sealed class MatchTable
{
    /// <summary>Value at a bin's lower edge and its rise over the bin, interleaved so that a look-up touches one cache line.</summary>
    private readonly float[] _cells;

    internal MatchTable(ChannelGrid grid, ReadOnlySpan<double> ends)
    {
        Grid = grid;
        Scale = 1f / grid.Width;
        Shift = (-grid.Min / grid.Width) + 0.5f;
        Top = MathF.BitDecrement(grid.Bins);
        _cells = new float[ends.Length];
        for (int i = 0; i < ends.Length; i += 2) (_cells[i], _cells[i + 1]) = ((float)ends[i], (float)(ends[i + 1] - ends[i]));
    }

    public ChannelGrid Grid { get; }

    internal ReadOnlySpan<float> Cells => _cells;

    /// <summary>A value lies at <c>Scale·value + Shift</c>, in bins from the first bin's lower edge.</summary>
    internal float Scale { get; }

    internal float Shift { get; }

    /// <summary>The last position inside the last bin.</summary>
    internal float Top { get; }

    public float Map(float value)
    {
        float position = MathF.Min(MathF.Max(MathF.FusedMultiplyAdd(value, Scale, Shift), 0f), Top);
        int bin = (int)position;
        return MathF.FusedMultiplyAdd(position - bin, _cells[(2 * bin) + 1], _cells[2 * bin]);
    }

    /// <summary>The reference in double precision.</summary>
    internal double MapExactly(double value)
    {
        double position = Math.Clamp(((value - Grid.Min) / Grid.Width) + 0.5, 0, Top);
        int bin = (int)position;
        return _cells[2 * bin] + ((position - bin) * _cells[(2 * bin) + 1]);
    }

    /// <summary>Maps in place.</summary>
    public void Map(Span<float> values) => PixelKernel.Best.Match(values, this);
}
