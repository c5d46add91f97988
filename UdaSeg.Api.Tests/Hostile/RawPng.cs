using System.Buffers.Binary;
using System.IO.Compression;
using UdaSeg.Api.Tests.Imaging;

namespace UdaSeg.Api.Tests.Hostile;

/// <summary>PNGs put together from parts that need not fit each other.</summary>
internal static class RawPng
{
    private static readonly (int X, int Y, int StepX, int StepY)[] s_adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static byte[] Signature => [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10];

    /// <summary>Signature, header, what is given, and the end.</summary>
    public static byte[] Of(int width, int height, int bitDepth, int colorType, params byte[][] chunks) =>
        [.. Signature, .. Header(width, height, bitDepth, colorType), .. chunks.SelectMany(c => c), .. SlowPng.Chunk("IEND", [])];

    public static byte[] Header(int width, int height, int bitDepth, int colorType, byte interlace = 0)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bitDepth, (byte)colorType, interlace);
        return SlowPng.Chunk("IHDR", header);
    }

    public static byte[] Data(byte[] raw) => SlowPng.Chunk("IDAT", Deflated(raw));

    /// <summary>Rows of zeros, unfiltered.</summary>
    public static byte[] Black(int width, int height, int bitsPerPixel) => Data(new byte[((((width * bitsPerPixel) + 7) / 8) + 1) * height]);

    public static byte[] Deflated(byte[] raw)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(raw);
        return packed.ToArray();
    }

    /// <summary>An interlaced one of 8-bit grey; the value of a pixel is x + 10·y.</summary>
    public static byte[] Interlaced(int width, int height)
    {
        var raw = new List<byte>();
        foreach ((int startX, int startY, int stepX, int stepY) in s_adam7)
        {
            for (int y = startY; y < height && startX < width; y += stepY)
            {
                raw.Add(0);
                for (int x = startX; x < width; x += stepX) raw.Add((byte)(x + (10 * y)));
            }
        }

        return [.. Signature, .. Header(width, height, 8, 0, interlace: 1), .. Data([.. raw]), .. SlowPng.Chunk("IEND", [])];
    }

    /// <summary>Two frames, the second white.</summary>
    public static byte[] Animated(int width, int height)
    {
        byte[] size = [.. BigEndian(width), .. BigEndian(height), .. BigEndian(0), .. BigEndian(0), 0, 1, 0, 10, 0, 0];
        byte[] white = [.. Enumerable.Range(0, height).SelectMany(_ => new byte[] { 0 }.Concat(Enumerable.Repeat((byte)255, width)))];
        return Of(
            width, height, 8, 0, SlowPng.Chunk("acTL", [.. BigEndian(2), .. BigEndian(0)]), SlowPng.Chunk("fcTL", [.. BigEndian(0), .. size]),
            Black(width, height, 8), SlowPng.Chunk("fcTL", [.. BigEndian(1), .. size]), SlowPng.Chunk("fdAT", [.. BigEndian(2), .. Deflated(white)]));
    }

    public static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
