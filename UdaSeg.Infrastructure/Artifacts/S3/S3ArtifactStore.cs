using Amazon.Runtime;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>
/// Artifacts in a bucket that several hosts share, read through a cache of local files. What a read returns has been checked against the SHA-256 that its
/// writer computed; a write is seen by every host at once. Safe for any number of threads and processes.
/// </summary>
internal sealed class S3ArtifactStore(S3Bucket bucket, ArtifactCache cache) : IArtifactStore, IDisposable
{
    private const int DownloadAttempts = 2;

    // One thread downloads a key, others wait for its copy. A fixed number of locks: two keys may share one, which costs time only.
    private readonly Lock[] _downloads = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];

    /// <param name="s3">Valid settings.</param>
    /// <param name="cacheRoot">Folder of the local copies.</param>
    /// <param name="clock">Tells when a copy was last used.</param>
    /// <param name="http">Makes the HTTP clients beneath; null: the SDK's own.</param>
    public static S3ArtifactStore Open(S3Settings s3, string cacheRoot, TimeProvider clock, HttpClientFactory? http = null)
    {
        string prefix = s3.Prefix.Length == 0 ? "" : s3.Prefix.TrimEnd('/') + "/";
        return new S3ArtifactStore(new S3Bucket(S3Connection.Open(s3, http), s3.Bucket, prefix), new ArtifactCache(cacheRoot, s3.CacheBytes, clock));
    }

    public void Dispose() => bucket.Dispose();

    /// <summary>Makes the bucket when it is missing.</summary>
    /// <exception cref="IOException">The server cannot be reached, or the bucket is not ours to use.</exception>
    public void MakeBucket() => S3Calls.Wait(bucket.MakeAsync);

    /// <exception cref="IOException">The server cannot be reached or refuses; nothing was published.</exception>
    public void Write(string key, Action<Stream> write)
    {
        ArtifactKey.Check(key);
        using Spool spool = cache.NewSpool();
        write(spool.Stream);
        StoredContent content = spool.Finish();
        S3Calls.Wait(() => bucket.PutAsync(key, spool.Path, content));
        cache.Adopt(key, spool, content).Dispose(); // most artifacts are read next by the host that wrote them
    }

    /// <returns>A seekable stream.</returns>
    /// <exception cref="FileNotFoundException">When nothing was published under the key.</exception>
    /// <exception cref="InvalidDataException">What the bucket holds is not what was written.</exception>
    /// <exception cref="IOException">The server cannot be reached or refuses.</exception>
    public Stream OpenRead(string key)
    {
        ArtifactKey.Check(key);
        if (FromCache(key) is { } copy) return copy;
        lock (_downloads[(uint)key.GetHashCode() % _downloads.Length]) return FromCache(key) ?? Download(key);
    }

    public bool Exists(string key)
    {
        ArtifactKey.Check(key);
        return S3Calls.Wait(() => bucket.ExistsAsync(key));
    }

    public void Delete(string key)
    {
        ArtifactKey.Check(key);
        S3Calls.Wait(() => bucket.DeleteAsync(key));
        cache.Drop(key);
    }

    public IReadOnlyList<string> List(string prefix)
    {
        ArtifactKey.FolderOf(prefix);
        return S3Calls.Wait(() => bucket.ListAsync(prefix));
    }

    // The bucket is asked which version is in force: another host may have written one.
    private FileStream? FromCache(string key)
    {
        if (!cache.Knows(key)) return null;
        StoredContent content = S3Calls.Wait(() => bucket.HeadAsync(key)) ?? throw Missing(key);
        return cache.Open(key, content);
    }

    private FileStream Download(string key)
    {
        for (int attempt = 1; ; attempt++)
        {
            using Spool spool = cache.NewSpool();
            try
            {
                StoredContent promised = S3Calls.Wait(() => bucket.GetAsync(key, spool.Stream)) ?? throw Missing(key);
                if (spool.Finish() == promised) return cache.Adopt(key, spool, promised);
            }
            catch (EndOfStreamException) when (attempt < DownloadAttempts)
            {
                continue;
            }

            if (attempt == DownloadAttempts)
            {
                throw new InvalidDataException($"The artifact '{key}' in the bucket is damaged: its bytes do not have the SHA-256 that it was written with.");
            }
        }
    }

    private static FileNotFoundException Missing(string key) => new($"There is no artifact '{key}'.", key);
}
