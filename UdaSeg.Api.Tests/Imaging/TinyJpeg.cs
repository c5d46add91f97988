namespace UdaSeg.Api.Tests.Imaging;

/// <summary>JPEG files that the encoder under test cannot write: one colour in four channels, and other files with an EXIF orientation put in.</summary>
internal static class TinyJpeg
{
    /// <summary>A baseline JPEG of 8×8 pixels of one CMYK colour, each 0..255, stored inverted as Adobe's programs do (255 = no ink).</summary>
    public static byte[] Cmyk(params int[] stored)
    {
        // Only DC coefficients: sample = DC / 8 + 128. DC codes are 4 bits (category 0..11), the one AC code is a 0 bit: end of block.
        string bits = string.Concat(stored.Select(v => DcBits(8 * (v - 128)) + "0"));
        IEnumerable<byte> packed = bits.PadRight((bits.Length + 7) / 8 * 8, '1').Chunk(8).Select(b => Convert.ToByte(new string(b), 2));
        byte[] scan = [.. packed.SelectMany(b => b == 255 ? new byte[] { 255, 0 } : [b])];
        return
        [
            0xFF, 0xD8,
            .. Segment(0xEE, [.. "Adobe".Select(c => (byte)c), 0, 100, 0, 0, 0, 0, 0]),
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]),
            .. Segment(0xC0, [8, 0, 8, 0, 8, 4, .. Enumerable.Range(1, 4).SelectMany(i => new byte[] { (byte)i, 0x11, 0 })]),
            .. Segment(0xC4, [0x00, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(i => (byte)i)]),
            .. Segment(0xC4, [0x10, 1, .. new byte[15], 0]),
            .. Segment(0xDA, [4, .. Enumerable.Range(1, 4).SelectMany(i => new byte[] { (byte)i, 0 }), 0, 63, 0]),
            .. scan, 0xFF, 0xD9,
        ];
    }

    /// <summary>A progressive JPEG of 8×8 grey pixels: one scan of the mean, and as many of the rest as asked for, each empty.</summary>
    public static byte[] Scans(int count) =>
    [
        0xFF, 0xD8,
        .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]),
        .. Segment(0xC2, [8, 0, 8, 0, 8, 1, 1, 0x11, 0]),
        .. Segment(0xC4, [0x00, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(i => (byte)i)]),
        .. Segment(0xC4, [0x10, 1, .. new byte[15], 0]),
        .. Segment(0xDA, [1, 1, 0, 0, 0, 0]), 0x0F,
        .. Enumerable.Repeat((byte[])[.. Segment(0xDA, [1, 1, 0, 1, 63, 0]), 0x7F], count - 1).SelectMany(s => s),
        0xFF, 0xD9,
    ];

    /// <summary>The same file with an EXIF segment that states the orientation (1..8).</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation) =>
        [.. jpeg[..2], .. Segment(0xE1, [.. "Exif"u8, 0, 0, .. ExifOrientation(orientation)]), .. jpeg[2..]];

    /// <summary>A big-endian TIFF header with one directory of one entry: tag 0x0112, a short.</summary>
    public static byte[] ExifOrientation(int orientation) =>
        [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static string DcBits(int value)
    {
        int category = value == 0 ? 0 : (int)Math.Log2(Math.Abs(value)) + 1;
        string code = Convert.ToString(category, 2).PadLeft(4, '0');
        int extra = value < 0 ? value + (1 << category) - 1 : value;
        return category == 0 ? code : code + Convert.ToString(extra, 2).PadLeft(category, '0');
    }
}
