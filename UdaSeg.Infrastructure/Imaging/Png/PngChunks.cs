using System.Buffers.Binary;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Imaging.Png;

/// <summary>A PNG's chunks, bounded and CRC-checked: header, palette and where the compressed pixels lie. Nothing is inflated here.</summary>
/// <param name="Header">Size and sample layout.</param>
/// <param name="Palette">Colours as 0xRRGGBB; null when the file has no palette.</param>
/// <param name="Data">The parts of the zlib stream, in order.</param>
internal sealed record PngChunks(PngHeader Header, int[]? Palette, IReadOnlyList<ReadOnlyMemory<byte>> Data)
{
    public long DataBytes => Data.Sum(d => (long)d.Length);

    /// <exception cref="RuleViolationException"><c>undecodable-label</c>.</exception>
    public static PngChunks Parse(ReadOnlyMemory<byte> file)
    {
        if (!PngHeader.HasSignature(file.Span)) throw Undecodable("it is not a PNG file");
        if (!PngHeader.TryParse(file.Span, out PngHeader header)) throw Undecodable("its header is broken");
        int[]? palette = null;
        var data = new List<ReadOnlyMemory<byte>>();
        for (int at = PngHeader.Length; ;)
        {
            (string type, ReadOnlyMemory<byte> content, at) = Next(file, at);
            if (type == "IEND") break;
            if (type == "IDAT") data.Add(content);
            else if (type == "PLTE") palette = ParsePalette(content.Span);
            else if (char.IsAsciiLetterUpper(type[0])) throw Undecodable($"it needs the unknown chunk '{type}'");
        }

        if (data.Count == 0) throw Undecodable("it has no pixels");
        if (header.ColorType == 3 && palette is null) throw Undecodable("it is indexed but has no palette");
        return new PngChunks(header, palette, data);
    }

    public static RuleViolationException Undecodable(string why, Exception? inner = null) =>
        new(RuleKind.Unusable, "undecodable-label", $"The label file cannot be read: {why}.", inner: inner);

    private static (string Type, ReadOnlyMemory<byte> Content, int End) Next(ReadOnlyMemory<byte> file, int at)
    {
        ReadOnlySpan<byte> rest = file.Span[at..];
        if (rest.Length < 12) throw Undecodable("it is cut off");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - 12) throw Undecodable("it is cut off, or a chunk's length is wrong");
        ReadOnlySpan<byte> checkedPart = rest.Slice(4, 4 + (int)length);
        foreach (byte b in checkedPart[..4])
        {
            if (!char.IsAsciiLetter((char)b)) throw Undecodable("a chunk's type is not made of letters");
        }

        string type = System.Text.Encoding.ASCII.GetString(checkedPart[..4]);
        if (Crc32.Compute(checkedPart) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..])) throw Undecodable($"the checksum of chunk '{type}' is wrong");
        return (type, file.Slice(at + 8, (int)length), at + 12 + (int)length);
    }

    private static int[] ParsePalette(ReadOnlySpan<byte> content)
    {
        if (content.Length is 0 or > 768 || content.Length % 3 != 0) throw Undecodable("its palette has a wrong length");
        var palette = new int[content.Length / 3];
        for (int i = 0; i < palette.Length; i++) palette[i] = (content[3 * i] << 16) | (content[(3 * i) + 1] << 8) | content[(3 * i) + 2];
        return palette;
    }
}
