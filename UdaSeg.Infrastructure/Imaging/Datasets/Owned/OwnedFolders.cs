namespace UdaSeg.Infrastructure.Imaging.Datasets.Owned;

/// <summary>
/// Data sets whose files belong to the service: <c>{DataRoot}/datasets/{id}</c>. A folder appears there whole or not at all; what is being made lies beside it
/// under a name that begins with a dot.
/// </summary>
internal sealed class OwnedFolders(string dataRoot)
{
    private const string TemporaryPrefix = ".tmp-";
    private const string LockSuffix = ".lock";

    public string Root { get; } = Path.Combine(dataRoot, "datasets");

    public string FolderOf(Guid id) => Path.Combine(Root, id.ToString());

    public bool Exists(Guid id) => Directory.Exists(FolderOf(id));

    /// <summary>A place to make the folder of a new data set in. Nothing of it outlives its disposal unless it was published and kept.</summary>
    /// <param name="id">Of the data set.</param>
    /// <param name="parcel">Where its files go when it is published; null: nowhere else.</param>
    /// <exception cref="IOException">When another process is making the same data set.</exception>
    public DatasetWorkspace Open(Guid id, DatasetParcel? parcel = null)
    {
        Directory.CreateDirectory(Root);
        return new DatasetWorkspace(TemporaryOf(id), FolderOf(id), Lock(id), parcel);
    }

    /// <summary>A place to put the files of a data set in that another host made.</summary>
    /// <returns>Null while another thread or process is at work on it.</returns>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public DatasetWorkspace? TryOpenCopy(Guid id)
    {
        Directory.CreateDirectory(Root);
        try
        {
            // A name of its own, so that two copies never mix, however unlucky they are with a lock file that is deleted when it is let go.
            return new DatasetWorkspace($"{TemporaryOf(id)}-{Guid.NewGuid():N}", FolderOf(id), Lock(id));
        }
        catch (IOException held) when (IsHeld(held))
        {
            return null;
        }
    }

    /// <summary>Removes a data set's folder, if there is one. It is renamed first, so that nobody sees half of it.</summary>
    public void Delete(Guid id)
    {
        string gone = TemporaryOf(id) + "-gone";
        try
        {
            Directory.Move(FolderOf(id), gone);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }

        Directory.Delete(gone, recursive: true);
    }

    /// <summary>Removes what a server that was killed left behind: half-made folders, and whole ones of data sets that are not registered.</summary>
    /// <param name="isRegistered">Asked once nobody else can be registering the data set.</param>
    /// <returns>How many files and folders were removed.</returns>
    public int Clean(Func<Guid, bool> isRegistered)
    {
        if (!Directory.Exists(Root)) return 0;
        int removed = 0;
        foreach (Guid id in Directory.EnumerateFileSystemEntries(Root).Select(IdOf).OfType<Guid>().Distinct().ToArray())
        {
            try
            {
                using FileStream held = Lock(id); // not to be had while another process is at work on it
                removed += CleanOne(id, isRegistered);
            }
            catch (IOException)
            {
                continue;
            }
        }

        return removed;
    }

    private int CleanOne(Guid id, Func<Guid, bool> isRegistered)
    {
        int removed = 0;
        foreach (string path in Directory.GetFileSystemEntries(Root, $"{TemporaryPrefix}{id}*").Where(p => !p.EndsWith(LockSuffix, StringComparison.Ordinal)))
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
            removed++;
        }

        if (!Exists(id) || isRegistered(id)) return removed;
        Delete(id);
        return removed + 1;
    }

    private string TemporaryOf(Guid id) => Path.Combine(Root, $"{TemporaryPrefix}{id}");

    private FileStream Lock(Guid id) =>
        new(TemporaryOf(id) + LockSuffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);

    // Of a file that is locked: the errno of flock on Linux and on macOS, and the sharing violation of Windows.
    private static bool IsHeld(IOException fault) => fault.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static Guid? IdOf(string path)
    {
        string name = Path.GetFileName(path);
        if (name.StartsWith(TemporaryPrefix, StringComparison.Ordinal)) name = name[TemporaryPrefix.Length..];
        return name.Length >= 36 && Guid.TryParse(name.AsSpan(0, 36), out Guid id) ? id : null;
    }
}
