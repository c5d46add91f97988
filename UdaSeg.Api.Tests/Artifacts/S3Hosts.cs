using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Artifacts.S3;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Tests.Artifacts;

/// <summary>Hosts that share one bucket: a cache folder and a store for each.</summary>
internal sealed class S3Hosts : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<S3ArtifactStore> _stores = [];

    public S3Hosts(S3Settings bucket)
    {
        Bucket = bucket;
        Add("maker").MakeBucket();
    }

    public S3Settings Bucket { get; }

    /// <returns>The store of a host; one with the same name shares its cache folder.</returns>
    public S3ArtifactStore Add(string name, WatchedHttp? http = null, S3Settings? settings = null)
    {
        S3ArtifactStore store = S3ArtifactStore.Open(settings ?? Bucket, _folder.Sub(name), TimeProvider.System, http);
        _stores.Add(store);
        return store;
    }

    /// <summary>Every file that the host keeps, temporary ones too.</summary>
    public FileInfo[] FilesOf(string name)
    {
        var folder = new DirectoryInfo(_folder.Sub(name));
        return folder.Exists ? folder.GetFiles("*", SearchOption.AllDirectories) : [];
    }

    public void Dispose()
    {
        foreach (S3ArtifactStore store in _stores) store.Dispose();
        _folder.Dispose();
    }
}
