using System.Numerics;

namespace UdaSeg.Infrastructure.Imaging.Png;

/// <summary>PNG's five row filters (specification, section 9), undone in place, and Up applied.</summary>
internal static class PngFilters
{
    public const byte Up = 2;

    /// <param name="filter">0 none, 1 sub, 2 up, 3 average, 4 Paeth.</param>
    /// <param name="row">Filtered bytes in, raw bytes out.</param>
    /// <param name="above">The raw row above, of the same length; zeros for the first row.</param>
    /// <param name="step">Bytes from a sample to the same sample of the pixel to its left, at least 1.</param>
    /// <returns>False when there is no such filter.</returns>
    public static bool Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 0: return true;
            case 1:
                for (int i = step; i < row.Length; i++) row[i] += row[i - step];
                return true;
            case Up:
                UndoUp(row, above);
                return true;
            case 3:
                for (int i = 0; i < row.Length; i++) row[i] += (byte)(((i >= step ? row[i - step] : 0) + above[i]) >> 1);
                return true;
            case 4:
                UndoPaeth(row, above, step);
                return true;
            default: return false;
        }
    }

    /// <summary>Writes <paramref name="row"/> minus <paramref name="above"/> to <paramref name="filtered"/>, all of one length.</summary>
    public static void ApplyUp(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> filtered)
    {
        int i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            (new Vector<byte>(row[i..]) - new Vector<byte>(above[i..])).CopyTo(filtered[i..]);
        }

        for (; i < row.Length; i++) filtered[i] = (byte)(row[i] - above[i]);
    }

    private static void UndoUp(Span<byte> row, ReadOnlySpan<byte> above)
    {
        int i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++) row[i] += above[i];
    }

    private static void UndoPaeth(Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        int first = Math.Min(step, row.Length);
        for (int i = 0; i < first; i++) row[i] += above[i];
        for (int i = first; i < row.Length; i++)
        {
            int left = row[i - step], up = above[i], corner = above[i - step];
            int fromLeft = Math.Abs(up - corner), fromUp = Math.Abs(left - corner), fromCorner = Math.Abs(left + up - (2 * corner));
            row[i] += (byte)(fromLeft <= fromUp && fromLeft <= fromCorner ? left : fromUp <= fromCorner ? up : corner);
        }
    }
}
