namespace UdaSeg.Infrastructure.Artifacts;

/// <summary>Tells a full disk from other faults: no retry helps, and the operator can be told what to do.</summary>
internal static class StorageFull
{
    // The runtime hands on the errno of a failed write as the exception's HResult.
    private const int FileTooBig = 27; // EFBIG: the process may not write files this large
    private const int NoSpace = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    /// <returns>Whether the fault, or one that caused it, is that the disk, the quota or the limit of a file's size is used up.</returns>
    public static bool Is(Exception fault) => fault switch
    {
        IOException { HResult: FileTooBig or NoSpace or QuotaExceeded } => true,
        AggregateException several => several.InnerExceptions.Any(Is),
        { InnerException: { } cause } => Is(cause),
        _ => false,
    };
}
