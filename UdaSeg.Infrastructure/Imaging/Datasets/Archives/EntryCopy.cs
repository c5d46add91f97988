using System.IO.Compression;
using UdaSeg.Infrastructure.Imaging.Png;

namespace UdaSeg.Infrastructure.Imaging.Datasets.Archives;

/// <summary>Copies one entry's content and believes nothing that was declared about it.</summary>
internal static class EntryCopy
{
    /// <param name="entry">Checked before.</param>
    /// <param name="to">The file.</param>
    /// <param name="before">Bytes that earlier entries had.</param>
    /// <param name="require">Told the bytes of all entries so far; throws past a limit.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <returns>Bytes of all entries so far.</returns>
    public static long Run(ZipArchiveEntry entry, Stream to, long before, Action<long> require, CancellationToken cancel)
    {
        using Stream from = entry.Open();
        var buffer = new byte[1 << 16];
        long written = 0;
        uint sum = Crc32.Begin;
        while (from.Read(buffer) is var count and > 0)
        {
            cancel.ThrowIfCancellationRequested();
            written += count;
            require(before + written);
            if (written > entry.Length) break;
            sum = Crc32.Append(sum, buffer.AsSpan(0, count));
            to.Write(buffer, 0, count);
        }

        if (written != entry.Length || Crc32.End(sum) != entry.Crc32)
        {
            throw ArchiveReader.Unreadable($"its entry '{EntryNames.Shown(entry.FullName)}' is not what its header says (size or checksum)");
        }

        return before + written;
    }
}
