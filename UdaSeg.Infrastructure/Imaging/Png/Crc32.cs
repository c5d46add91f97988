namespace UdaSeg.Infrastructure.Imaging.Png;

/// <summary>The cyclic redundancy check of PNG chunks and zip entries (reflected polynomial EDB88320).</summary>
internal static class Crc32
{
    private static readonly uint[] s_table = CreateTable();

    /// <summary>Before the first of several blocks.</summary>
    public const uint Begin = uint.MaxValue;

    public static uint Compute(ReadOnlySpan<byte> data) => End(Append(Begin, data));

    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint[] table = s_table;
        foreach (byte b in data) crc = table[(byte)(crc ^ b)] ^ (crc >> 8);
        return crc;
    }

    /// <returns>The check of all blocks.</returns>
    public static uint End(uint crc) => ~crc;

    private static uint[] CreateTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int k = 0; k < 8; k++) c = (c & 1) == 1 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }

        return table;
    }
}
