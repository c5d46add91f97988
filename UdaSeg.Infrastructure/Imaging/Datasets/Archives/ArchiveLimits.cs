using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Imaging.Datasets.Archives;

/// <summary>What an archive may ask of the disk.</summary>
/// <param name="Entries">Files and folders.</param>
/// <param name="UnpackedBytes">Of all files together.</param>
/// <param name="Ratio">Of all unpacked bytes to the archive's own.</param>
internal sealed record ArchiveLimits(int Entries, long UnpackedBytes, int Ratio)
{
    /// <exception cref="RuleViolationException"><c>archive-entries</c> or <c>archive-unpacked-size</c> (413), <c>archive-unsafe</c> (422).</exception>
    public void RequireUnpacked(long bytes, long archiveBytes)
    {
        if (bytes > UnpackedBytes) throw TooLarge("archive-unpacked-size", $"Unpacked, the archive has more than {UnpackedBytes} bytes.", UnpackedBytes, bytes);
        if (bytes <= Ratio * archiveBytes) return;
        throw new RuleViolationException(
            RuleKind.Unusable, "archive-unsafe", $"The archive is refused: it unpacks to more than {Ratio} times its size, which images never do.");
    }

    public RuleViolationException TooManyEntries(long actual) => TooLarge("archive-entries", $"The archive has more than {Entries} entries.", Entries, actual);

    private static RuleViolationException TooLarge(string code, string message, long limit, long actual) =>
        new(RuleKind.TooLarge, code, message) { Exceeded = (limit, actual) };
}
