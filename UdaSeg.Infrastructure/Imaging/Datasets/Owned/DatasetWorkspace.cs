namespace UdaSeg.Infrastructure.Imaging.Datasets.Owned;

/// <summary>Where the folder of a new data set is made: a temporary name, a rename, and nothing left of either on failure.</summary>
internal sealed class DatasetWorkspace : IDisposable
{
    private readonly string _final;
    private readonly FileStream _held;
    private bool _published, _kept;

    /// <param name="temporary">The folder's name until it is whole; made here.</param>
    /// <param name="final">Its name afterwards.</param>
    /// <param name="held">Keeps other processes from cleaning up; disposed with this.</param>
    public DatasetWorkspace(string temporary, string final, FileStream held)
    {
        (Folder, _final, _held) = (temporary, final, held);
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

    /// <summary>Gives the folder its final name.</summary>
    public void Publish()
    {
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
            if (_published && !_kept) Remove(_final);
        }
        finally
        {
            _held.Dispose();
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
