using Microsoft.Win32.SafeHandles;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Artifacts;

/// <summary>
/// Artifacts as files under one folder. Safe for any number of threads and processes: a write goes to a name of its own in the same folder,
/// reaches the disk, and is published by a rename, which replaces in one step. The last of several writers wins, whole.
/// </summary>
/// <param name="root">Made when missing. Keys are paths below it.</param>
internal sealed class FileArtifactStore(string root) : IArtifactStore
{
    // No segment of a key begins with a dot, so a temporary file is never mistaken for an artifact.
    private const string TemporaryPrefix = ".tmp-";

    private readonly string _root = Path.GetFullPath(root);

    public void Write(string key, Action<Stream> write)
    {
        string path = LocalPath(key);
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite)) write(stream);

            // Writers may close the stream themselves (TorchSharp's save does), hence a handle of our own for the flush.
            using (SafeFileHandle written = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(written);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public Stream OpenRead(string key)
    {
        string path = LocalPath(key);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"There is no artifact '{key}'.", key, e);
        }
    }

    public bool Exists(string key) => File.Exists(LocalPath(key));

    public void Delete(string key)
    {
        string path = LocalPath(key);
        if (File.Exists(path)) File.Delete(path);
    }

    public IReadOnlyList<string> List(string prefix)
    {
        string above = ArtifactKey.FolderOf(prefix);
        string folder = above.Length == 0 ? _root : LocalPath(above);
        if (!Directory.Exists(folder)) return [];
        return
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(f => !Path.GetFileName(f).StartsWith(TemporaryPrefix, StringComparison.Ordinal))
                .Select(f => Path.GetRelativePath(_root, f).Replace(Path.DirectorySeparatorChar, '/'))
                .Where(k => k.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Removes what writers left that were killed in the act.</summary>
    /// <param name="before">Younger ones may still be at work.</param>
    public int DeleteAbandoned(DateTimeOffset before)
    {
        if (!Directory.Exists(_root)) return 0;
        string[] old = [.. Directory.EnumerateFiles(_root, TemporaryPrefix + "*", SearchOption.AllDirectories)
            .Where(f => File.GetLastWriteTimeUtc(f) < before.UtcDateTime)];
        foreach (string file in old) File.Delete(file);
        return old.Length;
    }

    /// <summary>Where the key's file is or would be, for answers that send a file with ranges. Never shown to clients.</summary>
    /// <exception cref="ArgumentException">As <see cref="ArtifactKey.Check"/>.</exception>
    public string LocalPath(string key)
    {
        ArtifactKey.Check(key);
        return Path.Combine(_root, key.Replace('/', Path.DirectorySeparatorChar));
    }
}
