using System.Text;
using UdaSeg.Domain.Images;

namespace UdaSeg.Api.Segmentations;

/// <summary>
/// Run lengths of each class's mask as COCO counts them: pixels in column-major order, runs of outside and inside by turns, beginning with
/// outside (so the first may be 0), written as COCO's compressed string.
/// </summary>
internal static class RunLengths
{
    /// <summary>All classes in one pass over the map.</summary>
    /// <returns>By class index; null for classes without a pixel.</returns>
    public static List<long>?[] Of(LabelMap map)
    {
        List<long>?[] counts = new List<long>?[256];
        long[] covered = new long[256];
        long position = 0, start = 0;
        byte current = map.Labels[0];
        for (int x = 0; x < map.Width; x++)
        {
            for (int y = 0; y < map.Height; y++, position++)
            {
                byte label = map.Labels[(y * map.Width) + x];
                if (label == current) continue;
                Add(current, start, position);
                (current, start) = (label, position);
            }
        }

        Add(current, start, position);
        for (int c = 0; c < counts.Length; c++)
        {
            if (counts[c] is { } runs && covered[c] < position) runs.Add(position - covered[c]);
        }

        return counts;

        void Add(byte label, long from, long to)
        {
            List<long> runs = counts[label] ??= [];
            runs.Add(from - covered[label]);
            runs.Add(to - from);
            covered[label] = to;
        }
    }

    /// <summary>
    /// From the fourth on, a count is written as its difference to the one two before (runs of the same kind resemble each other); each
    /// number then goes out in groups of five bits, the lowest first, bit 5 telling that more follow, plus 48 to be printable.
    /// </summary>
    public static string Compress(IReadOnlyList<long> counts)
    {
        StringBuilder text = new(counts.Count * 2);
        for (int i = 0; i < counts.Count; i++)
        {
            long value = i > 2 ? counts[i] - counts[i - 2] : counts[i];
            bool more;
            do
            {
                int group = (int)(value & 0x1f);
                value >>= 5;

                // The group's top bit is the sign that a reader extends.
                more = (group & 0x10) != 0 ? value != -1 : value != 0;
                text.Append((char)(48 + (more ? group | 0x20 : group)));
            }
            while (more);
        }

        return text.ToString();
    }
}
