using System.IO.Compression;
using System.Text;
using UdaSeg.Infrastructure.Imaging.Png;

namespace UdaSeg.Api.Tests.Datasets;

/// <summary>One entry of a zip, whose headers may lie.</summary>
internal sealed record ZipPart(string Name, byte[] Content)
{
    public bool Deflate { get; init; }

    public ushort? Method { get; init; }

    public ushort Flags { get; init; } = 0x800; // names in UTF-8

    public uint? DeclaredSize { get; init; }

    public uint? Crc { get; init; }

    public int UnixMode { get; init; } = 0x81A4; // a regular file, rw-r--r--

    /// <summary>Shares the data of the first part instead of having its own.</summary>
    public bool Overlapping { get; init; }
}

/// <summary>Zips written from the specification, byte by byte: what no library would write.</summary>
internal static class HandmadeZip
{
    public static byte[] Of(params ZipPart[] parts)
    {
        using var zip = new MemoryStream();
        using var writer = new BinaryWriter(zip);
        var offsets = new List<uint>();
        foreach (ZipPart part in parts)
        {
            offsets.Add(part.Overlapping ? offsets[0] : (uint)zip.Position);
            if (part.Overlapping) continue;
            writer.Write(0x04034B50u);
            WriteCommon(writer, part);
            writer.Write(Encoding.UTF8.GetBytes(part.Name));
            writer.Write(Packed(part));
        }

        uint start = (uint)zip.Position;
        for (int i = 0; i < parts.Length; i++) WriteRecord(writer, parts[i], offsets[i]);
        uint size = (uint)zip.Position - start;
        writer.Write(0x06054B50u);
        writer.Write(0u); // disks
        writer.Write((ushort)parts.Length);
        writer.Write((ushort)parts.Length);
        writer.Write(size);
        writer.Write(start);
        writer.Write((ushort)0);
        writer.Flush();
        return zip.ToArray();
    }

    private static void WriteRecord(BinaryWriter writer, ZipPart part, uint offset)
    {
        writer.Write(0x02014B50u);
        writer.Write((ushort)0x031E); // made on Unix
        WriteCommon(writer, part);
        writer.Write((ushort)0); // comment
        writer.Write((ushort)0); // disk
        writer.Write((ushort)0); // internal attributes
        writer.Write((uint)part.UnixMode << 16);
        writer.Write(offset);
        writer.Write(Encoding.UTF8.GetBytes(part.Name));
    }

    private static void WriteCommon(BinaryWriter writer, ZipPart part)
    {
        byte[] packed = Packed(part);
        writer.Write((ushort)20);
        writer.Write(part.Flags);
        writer.Write(part.Method ?? (ushort)(part.Deflate ? 8 : 0));
        writer.Write(0x5A214000u); // time and date
        writer.Write(part.Crc ?? Crc32.Compute(part.Content));
        writer.Write((uint)packed.Length);
        writer.Write(part.DeclaredSize ?? (uint)part.Content.Length);
        writer.Write((ushort)Encoding.UTF8.GetByteCount(part.Name));
        writer.Write((ushort)0); // extra field
    }

    private static byte[] Packed(ZipPart part)
    {
        if (!part.Deflate) return part.Content;
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) deflate.Write(part.Content);
        return packed.ToArray();
    }
}
