using System.Buffers.Binary;
using System.IO.Compression;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Imaging.Png;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>
/// Label files as PNG. General image libraries lose what a label needs (palette indices, the low byte of 16-bit samples), hence a codec of our own:
/// every sample type of the format, all five filters, no interlacing.
/// </summary>
internal static class PngLabelCodec
{
    /// <summary>No array grows past 2³⁰ bytes, whatever limit the caller sets.</summary>
    public const long HardMaxPixels = 1L << 27;

    // Deflate makes at most 1,032 bytes of one.
    private const long MaxInflation = 1032;

    /// <param name="file">The whole file.</param>
    /// <param name="maxPixels">Refused beforehand if the header claims more.</param>
    /// <param name="maxSide">Refused beforehand if the header claims a longer side.</param>
    /// <exception cref="RuleViolationException"><c>undecodable-label</c> (422), or <c>image-too-large</c> (413).</exception>
    public static LabelFile Read(ReadOnlyMemory<byte> file, long maxPixels = HardMaxPixels, int maxSide = int.MaxValue)
    {
        PngChunks chunks = PngChunks.Parse(file);
        PngHeader header = chunks.Header;
        ImageLimits.Require(header.Width, header.Height, Math.Min(maxPixels, HardMaxPixels), maxSide);
        if (header.Interlaced) throw PngChunks.Undecodable("it is interlaced (Adam7); store it without interlacing");

        // A few bytes cannot hold a large image: found out before its pixels are allocated.
        if ((header.RowBytes + 1) * header.Height > (chunks.DataBytes + 1) * MaxInflation) throw PngChunks.Undecodable("it has too few bytes for its size");
        try
        {
            return ReadRows(chunks);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw PngChunks.Undecodable("its pixels are cut off or not a zlib stream", e);
        }
    }

    /// <summary>An 8-bit grey PNG whose values are the indices.</summary>
    public static byte[] WriteGrey(LabelMap map, CompressionLevel level = CompressionLevel.Fastest) => Whole(file => WriteGrey(map, file, level));

    /// <inheritdoc cref="WriteGrey(LabelMap, CompressionLevel)"/>
    public static void WriteGrey(LabelMap map, PooledStream file, CompressionLevel level = CompressionLevel.Fastest) => Write(map, [], file, level);

    /// <summary>
    /// An 8-bit indexed PNG: a pixel is the class's index, the palette the label space's. It has one entry a class; when a pixel is
    /// ignored it has 256, of which those without a class are black.
    /// </summary>
    /// <exception cref="ArgumentException">When a pixel has an index outside the space that is not 255.</exception>
    public static byte[] WriteIndexed(LabelMap map, LabelSpace space, CompressionLevel level = CompressionLevel.Fastest) =>
        Whole(file => WriteIndexed(map, space, file, level));

    /// <inheritdoc cref="WriteIndexed(LabelMap, LabelSpace, CompressionLevel)"/>
    public static void WriteIndexed(LabelMap map, LabelSpace space, PooledStream file, CompressionLevel level = CompressionLevel.Fastest)
    {
        bool ignored = map.Labels.AsSpan().Contains(LabelMap.Ignore);
        if (space.Count < LabelMap.Ignore && map.Labels.AsSpan().ContainsAnyInRange((byte)space.Count, (byte)(LabelMap.Ignore - 1)))
        {
            throw new ArgumentException($"The map has indices that the {space.Count} classes of '{space.Id}' do not.", nameof(map));
        }

        var palette = new byte[3 * (ignored ? 256 : space.Count)];
        foreach (LabelClass c in space.Classes)
        {
            for (int channel = 0; channel < 3; channel++) palette[(3 * c.Index) + channel] = (byte)c.Color[channel];
        }

        Write(map, palette, file, level);
    }

    private static LabelFile ReadRows(PngChunks chunks)
    {
        PngHeader header = chunks.Header;
        bool colors = header is { ColorType: 2 or 6, BitDepth: 8 };
        var label = new LabelFile
        {
            Width = header.Width,
            Height = header.Height,
            Kind = KindOf(header),
            Values = colors ? [] : new ushort[header.Pixels],
            Colors = colors ? new int[header.Pixels] : [],
            Palette = header.ColorType == 3 ? chunks.Palette! : [],
        };
        using var inflated = new ZLibStream(new SegmentStream(chunks.Data), CompressionMode.Decompress);
        int step = Math.Max(1, header.BitsPerPixel / 8);
        var row = new byte[header.RowBytes + 1];
        var above = new byte[header.RowBytes + 1];
        for (int y = 0; y < header.Height; y++)
        {
            inflated.ReadExactly(row);
            if (!PngFilters.Undo(row[0], row.AsSpan(1), above.AsSpan(1), step)) throw PngChunks.Undecodable($"row {y} has the unknown filter {row[0]}");
            Unpack(header, row.AsSpan(1), label, y * header.Width);
            (row, above) = (above, row);
        }

        return label;
    }

    private static LabelFileKind KindOf(PngHeader header) => (header.ColorType, header.BitDepth) switch
    {
        (3, _) => LabelFileKind.Palette,
        (2 or 6, 8) => LabelFileKind.Rgb8,
        (2 or 6, _) => LabelFileKind.Rgb16,
        (_, 16) => LabelFileKind.Grey16,
        _ => LabelFileKind.Grey8,
    };

    private static void Unpack(PngHeader header, ReadOnlySpan<byte> row, LabelFile label, int start)
    {
        int step = header.BitsPerPixel / 8;
        if (label.Kind == LabelFileKind.Rgb8)
        {
            Span<int> colors = label.Colors.AsSpan(start, header.Width);
            for (int x = 0, at = 0; x < colors.Length; x++, at += step) colors[x] = (row[at] << 16) | (row[at + 1] << 8) | row[at + 2];
            return;
        }

        Span<ushort> values = label.Values.AsSpan(start, header.Width);
        if (header.BitDepth == 16)
        {
            for (int x = 0, at = 0; x < values.Length; x++, at += step) values[x] = BinaryPrimitives.ReadUInt16BigEndian(row[at..]);
        }
        else if (header.BitDepth == 8)
        {
            for (int x = 0, at = 0; x < values.Length; x++, at += step) values[x] = row[at];
        }
        else
        {
            // Leftmost pixel in the high bits.
            int bits = header.BitDepth, perByte = 8 / bits, mask = (1 << bits) - 1;
            for (int x = 0; x < values.Length; x++) values[x] = (ushort)((row[x / perByte] >> (8 - bits - (x % perByte * bits))) & mask);
        }
    }

    private static void Write(LabelMap map, ReadOnlySpan<byte> palette, PooledStream file, CompressionLevel level)
    {
        var png = new PngWriter(file);
        png.WriteHeader(map.Width, map.Height, bitDepth: 8, colorType: (byte)(palette.IsEmpty ? 0 : 3));
        if (!palette.IsEmpty) png.WriteChunk("PLTE"u8, palette);
        png.WriteRows(map.Labels, map.Width, level);
        png.Finish();
    }

    private static byte[] Whole(Action<PooledStream> write)
    {
        using var file = new PooledStream();
        write(file);
        return file.Written.ToArray();
    }
}
