using System.IO.Compression;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging.Datasets.Archives;

namespace UdaSeg.Infrastructure.Imaging.Datasets.Owned;

/// <summary>
/// All files of one data set as one artifact, <c>datasets/{id}/files.zip</c>: the way from the host that made them to all others. Entries are stored as they
/// are (images do not shrink) in ordinal order and without times, so that the same files make the same bytes.
/// </summary>
internal sealed class DatasetParcel(IArtifactStore artifacts, Guid id)
{
    private const string Prefix = "datasets/";
    private const string Suffix = "/files.zip";

    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the earliest that a zip can tell

    // It is as large as what was packed: stored files never have more bytes than the zip that holds them.
    private static readonly ArchiveLimits Limits = new(int.MaxValue, long.MaxValue, Ratio: 1);

    private string Key => $"{Prefix}{id}{Suffix}";

    /// <summary>The data sets whose parcels a store has.</summary>
    public static IReadOnlyList<Guid> List(IArtifactStore artifacts) =>
    [
        .. artifacts.List(Prefix).Where(key => key.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(key => Guid.TryParse(key.AsSpan(Prefix.Length, key.Length - Prefix.Length - Suffix.Length), out Guid id) ? id : (Guid?)null)
            .OfType<Guid>(),
    ];

    public bool Exists() => artifacts.Exists(Key);

    public void Delete() => artifacts.Delete(Key);

    /// <exception cref="DatasetTransferException">The store does not take it; nothing was published.</exception>
    public void Send(string folder, CancellationToken cancel)
    {
        try
        {
            artifacts.Write(Key, to => Pack(folder, to, cancel));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetTransferException("The files of the data set could not be put into the artifact store, where other hosts would find them.", fault);
        }
    }

    /// <param name="write">Given each file's safe relative name, and what writes its content.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <exception cref="FileNotFoundException">There is no such parcel.</exception>
    /// <exception cref="IOException">The store does not answer, or the disk is full.</exception>
    /// <exception cref="InvalidDataException">The store has other bytes than were written.</exception>
    /// <exception cref="RuleViolationException">It is no parcel that was packed here: see <see cref="ArchiveReader.Unpack"/>.</exception>
    public void Receive(Action<string, Action<Stream>> write, CancellationToken cancel)
    {
        using Stream zip = artifacts.OpenRead(Key);
        ArchiveReader.Unpack(zip, Limits, write, cancel, ArchiveNames.Own);
    }

    private static void Pack(string folder, Stream to, CancellationToken cancel)
    {
        using var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        IOrderedEnumerable<string> names = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);
        foreach (string name in names)
        {
            cancel.ThrowIfCancellationRequested();
            ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
            entry.LastWriteTime = NoTime;
            using FileStream from = File.OpenRead(Path.Combine(folder, name));
            using Stream content = entry.Open();
            from.CopyTo(content);
        }
    }
}
