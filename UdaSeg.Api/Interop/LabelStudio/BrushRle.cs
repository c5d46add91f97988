using UdaSeg.Domain.Images;

namespace UdaSeg.Api.Interop.LabelStudio;

/// <summary>
/// A mask as Label Studio's brush stores it: the bytes of an RGBA picture (all four 255 in the mask, else 0) in a packed run-length format. A stream of bits,
/// the highest first: the number of bytes (32), the word size less one (5), four sizes of counts less one (4 each); then blocks of a flag (1: a run, 0: single
/// words), the index of a size (2), the count less one in so many bits, and the word. Zeros fill the last byte.
/// </summary>
internal static class BrushRle
{
    private const int Channels = 4;

    /// <summary>Bits of a count; a mask's runs are multiples of four, and most are rows of an object.</summary>
    private static readonly int[] Sizes = [3, 4, 8, 16];

    /// <returns>Numbers 0..255, as Label Studio wants them in JSON.</returns>
    public static List<byte> Encode(LabelMap map, byte label)
    {
        Bits bits = new();
        bits.Write((uint)map.Labels.Length * Channels, 32);
        bits.Write(8 - 1, 5);
        foreach (int size in Sizes) bits.Write((uint)(size - 1), 4);
        ReadOnlySpan<byte> rest = map.Labels;
        while (!rest.IsEmpty)
        {
            bool inside = rest[0] == label;
            int run = inside ? rest.IndexOfAnyExcept(label) : rest.IndexOf(label);
            if (run < 0) run = rest.Length;
            WriteRun(bits, (long)run * Channels, inside ? 255u : 0u);
            rest = rest[run..];
        }

        return bits.Finish();
    }

    private static void WriteRun(Bits bits, long length, uint value)
    {
        while (length > 0)
        {
            long count = Math.Min(length, 1L << Sizes[^1]);
            int index = Array.FindIndex(Sizes, size => count <= 1L << size);
            bits.Write(1, 1);
            bits.Write((uint)index, 2);
            bits.Write((uint)(count - 1), Sizes[index]);
            bits.Write(value, 8);
            length -= count;
        }
    }

    private sealed class Bits
    {
        private readonly List<byte> _bytes = [];
        private ulong _pending;
        private int _count;

        /// <param name="value">Less than 2^<paramref name="width"/>.</param>
        /// <param name="width">At most 32.</param>
        public void Write(uint value, int width)
        {
            _pending = (_pending << width) | value;
            for (_count += width; _count >= 8; _count -= 8) _bytes.Add((byte)(_pending >> (_count - 8)));
        }

        public List<byte> Finish()
        {
            if (_count > 0) Write(0, 8 - _count);
            return _bytes;
        }
    }
}
