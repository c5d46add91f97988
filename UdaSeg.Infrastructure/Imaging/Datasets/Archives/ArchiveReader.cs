using System.IO.Compression;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Imaging.Datasets.Archives;

/// <summary>Unpacks a zip from outside. Every entry is checked before the first byte is written, and what is written is counted again.</summary>
internal static class ArchiveReader
{
    // A directory's record has 46 bytes, a name and perhaps a few dozen bytes more.
    private const int DirectoryBytesAnEntry = 256;
    private const int DirectoryBytesBeside = 1 << 20;

    /// <param name="file">The archive.</param>
    /// <param name="limits">What it may hold.</param>
    /// <param name="write">Given each file's safe relative name, and what writes its content.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <param name="names">What its entries may be called; null: <see cref="ArchiveNames.Uploaded"/>.</param>
    /// <exception cref="RuleViolationException">
    /// 422: <c>archive-unsafe</c> (names, links, encryption, ratio), <c>archive-unreadable</c> (no zip, cut off, unknown compression, wrong sizes or sums);
    /// 413: <c>archive-entries</c>, <c>archive-unpacked-size</c>.
    /// </exception>
    public static void Unpack(
        Stream file, ArchiveLimits limits, Action<string, Action<Stream>> write, CancellationToken cancel, ArchiveNames? names = null)
    {
        var budget = new DirectoryBudget(file, DirectoryBytesBeside + ((long)DirectoryBytesAnEntry * limits.Entries));
        try
        {
            using var zip = new ZipArchive(budget, ZipArchiveMode.Read, leaveOpen: true);
            IReadOnlyList<ZipArchiveEntry> entries = zip.Entries;
            if (entries.Count > limits.Entries) throw limits.TooManyEntries(entries.Count);
            budget.Lift();
            IReadOnlyList<ZipArchiveEntry> files = ArchiveCheck.Check(entries, limits, names ?? ArchiveNames.Uploaded, file.Length, cancel);
            long written = 0;
            foreach (ZipArchiveEntry entry in files)
            {
                write(entry.FullName, to => written = EntryCopy.Run(entry, to, written, total => limits.RequireUnpacked(total, file.Length), cancel));
            }
        }
        catch (DirectoryBudgetException)
        {
            throw limits.TooManyEntries(limits.Entries + 1L);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw Unreadable("it is no zip, or it is cut off or broken", e);
        }
    }

    public static RuleViolationException Unreadable(string why, Exception? inner = null) =>
        new(RuleKind.Unusable, "archive-unreadable", $"The archive cannot be read: {why}.", inner: inner);
}
