using System.IO.Compression;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Imaging.Datasets.Archives;

/// <summary>What an archive's directory tells before anything of it is unpacked.</summary>
internal static class ArchiveCheck
{
    // The Unix mode is the upper half of the external attributes; these bits are the kind of file.
    private const int KindMask = 0xF000, RegularFile = 0x8000, Folder = 0x4000;

    /// <returns>The files to unpack.</returns>
    /// <exception cref="RuleViolationException"><c>archive-unsafe</c>, <c>archive-unreadable</c> (422), <c>archive-unpacked-size</c> (413).</exception>
    public static IReadOnlyList<ZipArchiveEntry> Check(
        IReadOnlyList<ZipArchiveEntry> entries, ArchiveLimits limits, ArchiveNames names, long archiveBytes, CancellationToken cancel)
    {
        long declared = 0;
        foreach (ZipArchiveEntry entry in entries)
        {
            cancel.ThrowIfCancellationRequested();
            RequirePlain(entry, names);
            declared = checked(declared + entry.Length);
            limits.RequireUnpacked(declared, archiveBytes);
            RequireReadable(entry);
        }

        RequireDistinct(entries, names.Same, limits);
        return [.. entries.Where(e => !e.FullName.EndsWith('/') && !names.IsLeftOut(e.FullName))];
    }

    private static void RequirePlain(ZipArchiveEntry entry, ArchiveNames names)
    {
        string name = entry.FullName;
        if (names.Fault(name) is { } fault) throw EntryNames.Unsafe(name, fault);
        if (entry.IsEncrypted) throw EntryNames.Unsafe(name, "is encrypted");
        int kind = (entry.ExternalAttributes >> 16) & KindMask;
        if (kind != 0 && kind != (name.EndsWith('/') ? Folder : RegularFile)) throw EntryNames.Unsafe(name, "is neither a plain file nor a folder but a link or a device");
        if (name.EndsWith('/') && entry.Length > 0) throw EntryNames.Unsafe(name, "is a folder with content");
    }

    // Opening looks at the entry's own header and its method, and reads nothing yet.
    private static void RequireReadable(ZipArchiveEntry entry)
    {
        try
        {
            entry.Open().Dispose();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            string why = $"its entry '{EntryNames.Shown(entry.FullName)}' is broken or compressed by a method other than deflate";
            throw ArchiveReader.Unreadable(why, e);
        }
    }

    // From outside regardless of case, as a disk may not tell cases apart; and no file where a folder is needed.
    // Folders that only longer names imply are made on the disk too, and one name may imply hundreds: they count as entries.
    private static void RequireDistinct(IReadOnlyList<ZipArchiveEntry> entries, StringComparer same, ArchiveLimits limits)
    {
        var names = new HashSet<string>(same);
        var folders = new HashSet<string>(same);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> parents = folders.GetAlternateLookup<ReadOnlySpan<char>>();
        int files = entries.Count(e => !e.FullName.EndsWith('/'));
        foreach (string name in entries.Select(e => e.FullName))
        {
            if (!names.Add(name.TrimEnd('/'))) throw EntryNames.Unsafe(name, "comes twice");
            ReadOnlySpan<char> parent = name;
            while (parent.LastIndexOf('/') is var slash and > 0 && parents.Add(parent = parent[..slash]))
            {
                if (files + folders.Count > limits.Entries) throw limits.TooManyEntries(files + folders.Count);
            }
        }

        ZipArchiveEntry? clash = entries.FirstOrDefault(e => !e.FullName.EndsWith('/') && folders.Contains(e.FullName));
        if (clash is not null) throw EntryNames.Unsafe(clash.FullName, "is both a file and a folder");
    }
}
