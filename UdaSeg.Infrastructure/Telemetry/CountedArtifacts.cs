using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Telemetry;

/// <summary>The store behind it, with its failures counted. An artifact that is not there is an answer and no failure.</summary>
internal sealed class CountedArtifacts(IArtifactStore store, StorageMeter meter) : IArtifactStore
{
    public void Write(string key, Action<Stream> write) => Counted(() =>
    {
        store.Write(key, write);
        return true;
    });

    public Stream OpenRead(string key) => Counted(() => store.OpenRead(key));

    public bool Exists(string key) => Counted(() => store.Exists(key));

    public void Delete(string key) => Counted(() =>
    {
        store.Delete(key);
        return true;
    });

    public IReadOnlyList<string> List(string prefix) => Counted(() => store.List(prefix));

    private T Counted<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or InvalidDataException || (fault is IOException and not FileNotFoundException))
        {
            meter.ArtifactFailed(fault);
            throw;
        }
    }
}
