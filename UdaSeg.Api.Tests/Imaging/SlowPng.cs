using System.Buffers.Binary;
using System.IO.Compression;

namespace UdaSeg.Api.Tests.Imaging;

/// <summary>A PNG encoder written from the specification, bit by bit, for every sample type; the filter of each row is the caller's choice.</summary>
internal static class SlowPng
{
    /// <param name="samples">All channels of all pixels, rows from the top.</param>
    /// <param name="filters">One of 0..4 a row, repeated when too short.</param>
    /// <param name="chunkSize">Bytes of each IDAT chunk.</param>
    public static byte[] Encode(
        int width, int height, int bitDepth, int colorType, int[] samples, int[] filters, byte[]? palette = null, int chunkSize = int.MaxValue, byte interlace = 0)
    {
        int channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        int rowBytes = ((width * channels * bitDepth) + 7) / 8;
        int step = Math.Max(1, channels * bitDepth / 8);
        var raw = new byte[height][];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                raw[y] = PackRow(samples.AsSpan(y * width * channels, width * channels), bitDepth, rowBytes);
                int filter = filters[y % filters.Length];
                zlib.WriteByte((byte)filter);
                for (int i = 0; i < rowBytes; i++)
                {
                    int left = i >= step ? raw[y][i - step] : 0, up = y > 0 ? raw[y - 1][i] : 0, corner = i >= step && y > 0 ? raw[y - 1][i - step] : 0;
                    int predicted = filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 };
                    zlib.WriteByte((byte)(raw[y][i] - predicted));
                }
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bitDepth, (byte)colorType, interlace);
        List<byte[]> parts = [[0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10], Chunk("IHDR", header)];
        if (palette is not null) parts.Add(Chunk("PLTE", palette));
        parts.AddRange(packed.ToArray().Chunk(chunkSize).Select(c => Chunk("IDAT", c)));
        parts.Add(Chunk("IEND", []));
        return [.. parts.SelectMany(p => p)];
    }

    public static byte[] Chunk(string type, byte[] content)
    {
        byte[] body = [.. type.Select(c => (byte)c), .. content];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), Crc(body));
        return chunk;
    }

    private static byte[] PackRow(Span<int> samples, int bitDepth, int rowBytes)
    {
        var row = new byte[rowBytes];
        int bit = 0;
        foreach (int sample in samples)
        {
            for (int b = bitDepth - 1; b >= 0; b--, bit++) row[bit / 8] |= (byte)(((sample >> b) & 1) << (7 - (bit % 8)));
        }

        return row;
    }

    private static int Paeth(int a, int b, int c)
    {
        int p = a + b - c;
        return new[] { a, b, c }.Select((v, i) => (Distance: Math.Abs(p - v), i, v)).Min().v;
    }

    private static uint Crc(byte[] data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in data)
        {
            for (int k = 0; k < 8; k++)
            {
                uint carry = (crc ^ ((uint)b >> k)) & 1;
                crc = (crc >> 1) ^ (carry * 0xEDB88320);
            }
        }

        return crc ^ 0xFFFFFFFF;
    }
}
