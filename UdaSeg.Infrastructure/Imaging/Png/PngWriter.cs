using System.Buffers.Binary;
using System.IO.Compression;

namespace UdaSeg.Infrastructure.Imaging.Png;

/// <summary>Puts a PNG together, chunk by chunk.</summary>
internal sealed class PngWriter
{
    private readonly PooledStream _file;

    /// <param name="file">Empty; stays open.</param>
    public PngWriter(PooledStream file)
    {
        _file = file;
        _file.Write(PngHeader.Signature);
    }

    public void WriteHeader(int width, int height, byte bitDepth, byte colorType)
    {
        Span<byte> content = stackalloc byte[13];
        content.Clear();
        BinaryPrimitives.WriteInt32BigEndian(content, width);
        BinaryPrimitives.WriteInt32BigEndian(content[4..], height);
        (content[8], content[9]) = (bitDepth, colorType);
        WriteChunk("IHDR"u8, content);
    }

    public void WriteChunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        long start = Begin(type);
        _file.Write(content);
        End(start);
    }

    /// <summary>
    /// The pixels, each row as its difference from the row above (filter Up): label maps change little from row to row, so nearly all bytes become zero.
    /// </summary>
    /// <param name="pixels">Rows of <paramref name="rowBytes"/>, from the top.</param>
    /// <param name="rowBytes">At least 1.</param>
    /// <param name="level">Of the compression.</param>
    public void WriteRows(ReadOnlySpan<byte> pixels, int rowBytes, CompressionLevel level)
    {
        long start = Begin("IDAT"u8);
        using (var deflated = new ZLibStream(_file, level, leaveOpen: true))
        {
            var line = new byte[rowBytes + 1];
            line[0] = PngFilters.Up;
            pixels[..rowBytes].CopyTo(line.AsSpan(1)); // above the first row there is nothing but zeros
            deflated.Write(line);
            for (int at = rowBytes; at < pixels.Length; at += rowBytes)
            {
                PngFilters.ApplyUp(pixels.Slice(at, rowBytes), pixels.Slice(at - rowBytes, rowBytes), line.AsSpan(1));
                deflated.Write(line);
            }
        }

        End(start);
    }

    public void Finish() => WriteChunk("IEND"u8, []);

    private long Begin(ReadOnlySpan<byte> type)
    {
        long start = _file.Position;
        _file.Write([0, 0, 0, 0]);
        _file.Write(type);
        return start;
    }

    // The length is known only now; the checksum covers type and content.
    private void End(long start)
    {
        Span<byte> chunk = _file.Written.Span[(int)start..];
        BinaryPrimitives.WriteInt32BigEndian(chunk, chunk.Length - 8);
        Span<byte> crc = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.Compute(chunk[4..]));
        _file.Write(crc);
    }
}
