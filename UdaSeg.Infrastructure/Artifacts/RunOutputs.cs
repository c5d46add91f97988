using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Artifacts;

/// <summary>
/// The outputs of one run under the names that they have for the pipeline (<c>runs/{id}/stages/0/model.safetensors</c>). Each is a blob under the epoch of
/// the attempt that wrote it (<c>runs/{id}/e2/000007/stages/0/model.safetensors</c>), and becomes the run's by an entry in <see cref="RunOutputTable"/>, which only
/// the holder of the lease can make. Whoever reads sees the last attempt's outputs beside what earlier ones finished.
/// </summary>
/// <param name="table">Names to blobs.</param>
/// <param name="blobs">Where the bytes are.</param>
/// <param name="run">Whose outputs.</param>
/// <param name="epoch">Of the lease that writing happens under; null: for reading only.</param>
/// <param name="patience">How long to wait for a database that is away.</param>
internal sealed class RunOutputs(RunOutputTable table, IArtifactStore blobs, Guid run, int? epoch = null, TimeSpan patience = default) : IArtifactStore
{
    private int _writes;

    private string Prefix => $"runs/{run}/";

    /// <exception cref="RunLostException">The lease is another's by now; nothing was published.</exception>
    public void Write(string key, Action<Stream> write)
    {
        // No blob is ever written twice: one that is published stays as it is, even if an owner that was overtaken goes on writing under its epoch.
        string name = NameOf(key), blob = $"{Prefix}e{Epoch}/{Interlocked.Increment(ref _writes):D6}/{name}";
        Patiently(() =>
        {
            blobs.Write(blob, write);
            return blob;
        });
        try
        {
            DropOrphan(Patiently(() => table.Publish(run, Epoch, name, blob)));
        }
        catch (RunLostException)
        {
            DropOrphan(blob);
            throw;
        }
    }

    public Stream OpenRead(string key) => Patiently(() => blobs.OpenRead(BlobOf(key)));

    public bool Exists(string key) => Patiently(() => blobs.Exists(BlobOf(key)));

    /// <exception cref="RunLostException">The lease is another's by now; nothing was deleted.</exception>
    public void Delete(string key) => DropOrphan(Patiently(() => table.Remove(run, Epoch, NameOf(key))));

    public IReadOnlyList<string> List(string prefix) => [.. Patiently(() => table.List(run, NameOf(prefix))).Select(o => Prefix + o.Name)];

    /// <returns>The key in the artifact store. Outputs from before there were epochs are blobs under their own names.</returns>
    public string BlobOf(string key) => Patiently(() => table.Find(run, NameOf(key))) ?? key;

    private int Epoch => epoch ?? throw new InvalidOperationException("These outputs are for reading.");

    private string NameOf(string key) => key.StartsWith(Prefix, StringComparison.Ordinal)
        ? key[Prefix.Length..]
        : throw new ArgumentException($"'{key}' is no output of run {run}.", nameof(key));

    /// <summary>Neither a database nor a store that is away for a while costs a run more than time.</summary>
    private T Patiently<T>(Func<T> work) =>
        DatabaseOutage.RideOut(TimeProvider.System, patience, work, also: fault => fault is ArtifactsUnavailableException);

    private void DropOrphan(string? blob)
    {
        if (blob is null) return;
        try
        {
            blobs.Delete(blob);
        }
        catch (ArtifactsUnavailableException)
        {
            // Nothing names it any more: the sweep will find it.
        }
    }
}
