using System.Buffers.Binary;

namespace UdaSeg.Infrastructure.Imaging.Png;

/// <summary>The orientation that a PNG's <c>eXIf</c> chunk states; Skia reads it in JPEG and WebP only.</summary>
internal static class PngExif
{
    private const int OrientationTag = 0x0112, Short = 3, Upright = 1;

    /// <returns>1..8 as EXIF counts them; 1 when the file states none or what it states is broken.</returns>
    public static int Orientation(ReadOnlySpan<byte> file)
    {
        for (int at = PngHeader.SignatureLength; file.Length - at >= 12;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12) return Upright;
            ReadOnlySpan<byte> chunk = file.Slice(at + 4, 4 + (int)length);
            at += 12 + (int)length;
            if (!chunk.StartsWith("eXIf"u8)) continue;
            return Crc32.Compute(chunk) == BinaryPrimitives.ReadUInt32BigEndian(file[(at - 4)..]) ? FromTiff(chunk[4..]) : Upright;
        }

        return Upright;
    }

    // A TIFF header, then a directory of 12-byte entries: tag, type, count, value.
    private static int FromTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return Upright;
        bool little = tiff.StartsWith("II"u8);
        if (!little && !tiff.StartsWith("MM"u8)) return Upright;
        uint directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2) return Upright;
        ReadOnlySpan<byte> entries = tiff[(int)directory..];
        int count = ReadShort(entries, little);
        for (entries = entries[2..]; count > 0 && entries.Length >= 12; count--, entries = entries[12..])
        {
            if (ReadShort(entries, little) != OrientationTag || ReadShort(entries[2..], little) != Short) continue;
            int value = ReadShort(entries[8..], little);
            return value is >= 1 and <= 8 ? value : Upright;
        }

        return Upright;
    }

    private static int ReadShort(ReadOnlySpan<byte> data, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(data) : BinaryPrimitives.ReadUInt16BigEndian(data);
}
