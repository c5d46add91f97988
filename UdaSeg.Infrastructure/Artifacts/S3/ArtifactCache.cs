using System.Security.Cryptography;
using System.Text;

namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>
/// Local copies of objects under <c>{hash of the key}/{SHA-256}-{length}</c>. Safe for several threads and processes: a copy appears by a rename and goes by
/// unlinking, which leaves it to whoever has it open.
/// </summary>
/// <param name="root">Made when missing.</param>
/// <param name="maxBytes">Of all copies. Other processes that fill the same folder meanwhile are seen at every sixteenth of it.</param>
/// <param name="clock">Tells when a copy was last used.</param>
internal sealed class ArtifactCache(string root, long maxBytes, TimeProvider clock)
{
    private const int MoveAttempts = 100;

    /// <summary>A temporary file this old was left by a process that died.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(2);

    private readonly string _temporary = Path.Combine(root, "tmp");
    private readonly string _copies = Path.Combine(root, "copies");
    private readonly Lock _room = new();

    // Added since the folder was last looked through; at the beginning it is unknown what lies there.
    private long _added = long.MaxValue / 2;

    private long Slack => maxBytes / 16;

    /// <summary>A temporary file on the same disk. The caller disposes of it.</summary>
    public Spool NewSpool()
    {
        Directory.CreateDirectory(_temporary);
        return new Spool(Path.Combine(_temporary, Guid.NewGuid().ToString("N")));
    }

    /// <summary>Whether some version of the key may be here.</summary>
    public bool Knows(string key) => Directory.Exists(FolderOf(key));

    /// <returns>The copy, seekable; null when there is none or it is damaged.</returns>
    public FileStream? Open(string key, StoredContent content)
    {
        string path = PathOf(key, content);
        FileStream copy;
        try
        {
            copy = OpenFile(path);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (copy.Length != content.Length)
        {
            copy.Dispose();
            File.Delete(path);
            return null;
        }

        File.SetLastWriteTimeUtc(copy.SafeFileHandle, clock.GetUtcNow().UtcDateTime);
        return copy;
    }

    /// <summary>Takes a finished file in as the key's copy; other versions of the key go.</summary>
    /// <returns>The file, open. It is not kept when it is larger than the cache.</returns>
    public FileStream Adopt(string key, Spool spool, StoredContent content)
    {
        FileStream open = OpenFile(spool.Path); // before it can be evicted
        try
        {
            File.SetLastWriteTimeUtc(open.SafeFileHandle, clock.GetUtcNow().UtcDateTime);
            if (!MakeRoom(content.Length)) return open;
            string path = PathOf(key, content);
            Move(spool.Path, path);
            foreach (string other in FilesIn(FolderOf(key)).Where(f => f != path)) File.Delete(other);
            return open;
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    public void Drop(string key)
    {
        string folder = FolderOf(key);
        foreach (string copy in FilesIn(folder)) File.Delete(copy);
        RemoveIfEmpty(folder);
    }

    // Whoever evicts another key's last copy, or drops this one, removes the folder; it may be just after we made it.
    private static void Move(string file, string path)
    {
        for (int attempt = 1; ; attempt++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                File.Move(file, path, overwrite: true);
                return;
            }
            catch (DirectoryNotFoundException) when (attempt < MoveAttempts)
            {
            }
        }
    }

    // Looks through the folder only after a sixteenth of its size was added, and leaves so much room: between looks the bound holds by counting.
    private bool MakeRoom(long bytes)
    {
        if (bytes > maxBytes - Slack) return false;
        lock (_room)
        {
            if (_added + bytes > Slack)
            {
                Evict(maxBytes - Slack - bytes);
                _added = 0;
            }
            else
            {
                _added += bytes;
            }
        }

        return true;
    }

    private void Evict(long allowed)
    {
        DateTime abandoned = clock.GetUtcNow().UtcDateTime - Abandoned;
        foreach (string left in FilesIn(_temporary).Where(f => File.GetLastWriteTimeUtc(f) < abandoned)) File.Delete(left);

        (string Path, long Length, DateTime Used)[] copies = Copies();
        long total = copies.Sum(c => c.Length);
        foreach ((string path, long length, _) in copies.OrderBy(c => c.Used).TakeWhile(_ => total > allowed))
        {
            File.Delete(path);
            RemoveIfEmpty(Path.GetDirectoryName(path)!);
            total -= length;
        }
    }

    private (string Path, long Length, DateTime Used)[] Copies()
    {
        if (!Directory.Exists(_copies)) return [];
        var found = new List<(string Path, long Length, DateTime Used)>();
        foreach (FileInfo file in new DirectoryInfo(_copies).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
        {
            try
            {
                found.Add((file.FullName, file.Length, file.LastWriteTimeUtc));
            }
            catch (FileNotFoundException)
            {
                // Another process evicted it.
            }
        }

        return [.. found];
    }

    private static string[] FilesIn(string folder)
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static void RemoveIfEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Something is in it again, or another process was quicker.
        }
    }

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    private string FolderOf(string key)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        return Path.Combine(_copies, hash[..2], hash[2..]);
    }

    private string PathOf(string key, StoredContent content) => Path.Combine(FolderOf(key), $"{content.Sha256}-{content.Length}");
}
