namespace UdaSeg.Infrastructure.Imaging.Datasets.Owned;

/// <summary>Where the folder of a new data set is made: a temporary name, a rename, and nothing left of either on failure.</summary>
internal sealed class DatasetWorkspace : IDisposable
{
    private readonly string _final;
    private readonly FileStream _held;
    private readonly DatasetParcel? _parcel;
    private bool _sent, _published, _kept;

    /// <param name="temporary">The folder's name until it is whole; made here.</param>
    /// <param name="final">Its name afterwards.</param>
    /// <param name="held">Keeps other processes from cleaning up; disposed with this.</param>
    /// <param name="parcel">Takes the files to other hosts; null where there are none, and for what came from one.</param>
    public DatasetWorkspace(string temporary, string final, FileStream held, DatasetParcel? parcel = null)
    {
        (Folder, _final, _held, _parcel) = (temporary, final, held, parcel);
        ScratchFile = temporary + ".upload";
        try
        {
            Remove(Folder); // of an attempt that was killed
            Directory.CreateDirectory(Folder);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>What becomes the data set's folder.</summary>
    public string Folder { get; }

    /// <summary>A file beside it, for an upload.</summary>
    public string ScratchFile { get; }

    /// <summary>Writes a file of the data set through to the disk, so that a published folder outlives a loss of power.</summary>
    /// <param name="name">Relative, with <c>/</c>; known to be safe.</param>
    /// <param name="write">Writes the content.</param>
    public void Write(string name, Action<Stream> write)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        write(file);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Sends the files to where other hosts find them, and gives the folder its final name.</summary>
    /// <exception cref="DatasetTransferException">The artifact store does not take them; nothing was published.</exception>
    public void Publish(CancellationToken cancel)
    {
        if (_parcel is not null)
        {
            _sent = true; // a store that fails may have taken them all the same
            _parcel.Send(Folder, cancel);
        }

        Directory.Move(Folder, _final);
        _published = true;
    }

    /// <summary>The data set is registered: its folder stays.</summary>
    public void Keep() => _kept = true;

    public void Dispose()
    {
        try
        {
            File.Delete(ScratchFile);
            Remove(Folder);
            if (_kept) return;
            if (_published) Remove(_final);
            if (_sent) Withdraw();
        }
        finally
        {
            _held.Dispose();
        }
    }

    private void Withdraw()
    {
        try
        {
            _parcel!.Delete();
        }
        catch (IOException)
        {
            // What went wrong first is on its way to the caller; the sweep finds a parcel that no data set has.
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
