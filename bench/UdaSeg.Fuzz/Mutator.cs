using System.Buffers.Binary;

namespace UdaSeg.Fuzz;

/// <summary>Changes files at random: bits, bytes, numbers at their borders, pieces taken out, doubled, or brought in from another file.</summary>
/// <param name="random">Seeded, so that a run can be repeated.</param>
internal sealed class Mutator(Random random)
{
    private const int MaxBytes = 1 << 16;

    private static readonly long[] s_borders = [0, 1, -1, 127, 128, 255, 256, 32_767, 65_535, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    private static readonly byte[][] s_words =
    [
        [.. "{\"a\":"u8], [.. "[[[[[["u8], [.. "null"u8], [.. "1e999"u8], [.. "-1"u8], [.. "9223372036854775807"u8], [.. "\"dtype\":\"F64\""u8], [.. "../"u8], [.. "PK\u0001\u0002"u8], [.. "PK\u0005\u0006"u8],
        [.. "PK\u0006\u0006"u8], [.. "IDAT"u8], [.. "PLTE"u8], [.. "tRNS"u8], [0xEF, 0xBB, 0xBF], [0xED, 0xA0, 0x80],
    ];

    /// <returns>A new file, never longer than 64 KiB.</returns>
    public byte[] Change(byte[] file, IReadOnlyList<byte[]> others)
    {
        List<byte> bytes = [.. file];
        for (int i = 1 << random.Next(5); i > 0; i--) Once(bytes, others);
        if (bytes.Count > MaxBytes) bytes.RemoveRange(MaxBytes, bytes.Count - MaxBytes);
        return [.. bytes];
    }

    private void Once(List<byte> bytes, IReadOnlyList<byte[]> others)
    {
        int at = random.Next(bytes.Count + 1), left = bytes.Count - at, some = Math.Min(left, 1 << random.Next(10));
        switch (random.Next(9))
        {
            case 0 when left > 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1 when left > 0: bytes[at] = (byte)random.Next(256); break;
            case 2 when left > 0: bytes[at] += (byte)(random.Next(2) == 0 ? 1 : 255); break;
            case 3 when left >= 8: Number(bytes, at); break;
            case 4: bytes.RemoveRange(at, some); break;
            case 5: bytes.InsertRange(at, bytes.GetRange(at, some)); break;
            case 6: bytes.InsertRange(at, s_words[random.Next(s_words.Length)]); break;
            case 7: bytes.RemoveRange(at, left); break;
            case 8: Splice(bytes, at, others[random.Next(others.Count)]); break;
        }
    }

    private void Number(List<byte> bytes, int at)
    {
        Span<byte> number = stackalloc byte[8];
        long value = s_borders[random.Next(s_borders.Length)] + random.Next(-2, 3);
        int width = 1 << random.Next(4);
        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        if (random.Next(2) == 0) number[..width].Reverse();
        for (int i = 0; i < width; i++) bytes[at + i] = number[i];
    }

    private void Splice(List<byte> bytes, int at, byte[] other)
    {
        int from = random.Next(other.Length + 1);
        bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 1 << random.Next(10))).ToArray());
    }
}
