using System.Buffers.Binary;
using System.IO.Compression;
using UdaSeg.Infrastructure.Imaging.Png;

namespace UdaSeg.Fuzz;

/// <summary>PNG chunks have sums, which a random change never meets.</summary>
internal static class PngSums
{
    private static readonly byte[] s_signature = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10];

    /// <summary>Puts right the sum of each chunk whose length fits the file.</summary>
    public static byte[] Mend(byte[] file)
    {
        int at = s_signature.Length;
        while (at + 12 <= file.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12) break;
            WriteSum(file.AsSpan(at + 4, (int)length + 4), file.AsSpan(at + 8 + (int)length));
            at += 12 + (int)length;
        }

        return file;
    }

    /// <summary>A good file of zeros.</summary>
    public static byte[] Make(int width, int height, int bitDepth, int colorType, int channels)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)bitDepth, (byte)colorType);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(new byte[((((width * bitDepth * channels) + 7) / 8) + 1) * height]);
        byte[] palette = colorType == 3 ? Chunk("PLTE"u8, new byte[12]) : [];
        return [.. s_signature, .. Chunk("IHDR"u8, header), .. palette, .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        WriteSum(chunk.AsSpan(4, content.Length + 4), chunk.AsSpan(content.Length + 8));
        return chunk;
    }

    private static void WriteSum(ReadOnlySpan<byte> of, Span<byte> to) => BinaryPrimitives.WriteUInt32BigEndian(to, Crc32.Compute(of));
}
