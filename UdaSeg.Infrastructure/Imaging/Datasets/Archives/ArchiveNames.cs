namespace UdaSeg.Infrastructure.Imaging.Datasets.Archives;

/// <summary>Which names an archive's entries may have.</summary>
/// <param name="Fault">What is wrong with a name; null when nothing is.</param>
/// <param name="Same">Tells when two names would be one file.</param>
/// <param name="IsLeftOut">Whether an entry is not unpacked.</param>
internal sealed record ArchiveNames(Func<string, string?> Fault, StringComparer Same, Func<string, bool> IsLeftOut)
{
    /// <summary>Of an archive that a client sent: only names that mean the same on every system.</summary>
    public static ArchiveNames Uploaded { get; } = new(EntryNames.Fault, StringComparer.OrdinalIgnoreCase, EntryNames.IsClutter);

    /// <summary>
    /// Of an archive that a host of the service packed: whatever files its disk had (a registered folder may have names with colons, which sets made from it
    /// keep), as long as they stay inside.
    /// </summary>
    public static ArchiveNames Own { get; } = new(EntryNames.Escape, StringComparer.Ordinal, _ => false);
}
