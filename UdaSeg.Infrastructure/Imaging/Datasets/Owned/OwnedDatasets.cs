using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Imaging.Datasets.Owned;

/// <summary>
/// Data sets whose files belong to the service, wherever they were made. Where hosts share a bucket, whoever publishes one puts its files there too, and
/// whoever needs them first on another host fetches them into a folder of the same name there. This is the one way from a data set to files: its stored root
/// is that of the host which registered it.
/// </summary>
/// <param name="folders">This host's.</param>
/// <param name="shared">What all hosts share; null on a server that has no others, whose folders are all there is.</param>
/// <param name="clock">Bounds the wait for others.</param>
/// <param name="log">Told of fetches.</param>
internal sealed class OwnedDatasets(OwnedFolders folders, IArtifactStore? shared, TimeProvider clock, ILogger<OwnedDatasets> log)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Longer than any fetch: whoever holds the folder is stuck.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Guid, Lazy<Task>> _fetches = new();

    // Parcels that no data set had at the last sweep.
    private HashSet<Guid> _orphans = [];

    /// <summary>Whether data sets travel between hosts at all.</summary>
    public bool Travel => shared is not null;

    /// <summary>A place to make the folder of a new data set in; publishing it sends its files to where other hosts find them.</summary>
    /// <exception cref="IOException">When another process is making the same data set.</exception>
    public DatasetWorkspace Open(Guid id) => folders.Open(id, ParcelOf(id));

    public string FolderOf(Guid id) => folders.FolderOf(id);

    /// <summary>Whether the data set's files were published, here or by another host.</summary>
    public bool Exists(Guid id) => folders.Exists(id) || (ParcelOf(id)?.Exists() ?? false);

    /// <returns>The data set with the root that it has on this host; its files are there.</returns>
    /// <param name="dataset">One that does not belong to the service is returned as it is.</param>
    /// <param name="cancel">Stops a fetch between files.</param>
    /// <exception cref="RuleViolationException"><c>dataset-path-not-found</c>: nobody has its files. <c>dataset-damaged</c>: they are unusable.</exception>
    /// <exception cref="DatasetTransferException">They could not be fetched.</exception>
    public Dataset Here(Dataset dataset, CancellationToken cancel = default)
    {
        if (dataset.Origin == DatasetOrigin.Folder) return dataset;
        if (!IsHere(dataset)) Fetch(dataset, ParcelOf(dataset.Id)!, cancel);
        return dataset with { Root = folders.FolderOf(dataset.Id) };
    }

    /// <summary>Fetches what is missing without holding a thread of the caller's; of many callers at once, one does.</summary>
    /// <exception cref="RuleViolationException">As <see cref="Here"/>.</exception>
    /// <exception cref="DatasetTransferException">As <see cref="Here"/>.</exception>
    public async Task BringAsync(Dataset dataset, CancellationToken cancel)
    {
        if (IsHere(dataset)) return;
        await _fetches.GetOrAdd(dataset.Id, _ => new Lazy<Task>(() => FetchOnceAsync(dataset))).Value.WaitAsync(cancel);
    }

    /// <summary>Removes a data set's files for good. Copies on other hosts go with their next <see cref="Sweep"/>.</summary>
    public void Delete(Guid id)
    {
        folders.Delete(id);
        ParcelOf(id)?.Delete();
    }

    /// <summary>Removes files here and in the store that belong to no data set (any more).</summary>
    /// <param name="isRegistered">Asked once nobody on this host can be registering the data set.</param>
    /// <returns>How many files and folders were removed.</returns>
    public int Sweep(Func<Guid, bool> isRegistered)
    {
        if (shared is null) return 0;
        int removed = folders.Clean(isRegistered);
        HashSet<Guid> orphans = [.. DatasetParcel.List(shared).Where(id => !isRegistered(id))];
        foreach (Guid id in orphans.Where(_orphans.Contains)) // seen twice: not just about to be registered by another host
        {
            new DatasetParcel(shared, id).Delete();
            removed++;
        }

        _orphans = orphans;
        return removed;
    }

    private DatasetParcel? ParcelOf(Guid id) => shared is null ? null : new DatasetParcel(shared, id);

    private bool IsHere(Dataset dataset) => shared is null || dataset.Origin == DatasetOrigin.Folder || folders.Exists(dataset.Id);

    private async Task FetchOnceAsync(Dataset dataset)
    {
        try
        {
            await Task.Factory.StartNew(
                () => Here(dataset), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }
        finally
        {
            _fetches.TryRemove(dataset.Id, out _);
        }
    }

    private void Fetch(Dataset dataset, DatasetParcel parcel, CancellationToken cancel)
    {
        long start = clock.GetTimestamp();
        try
        {
            while (!folders.Exists(dataset.Id) && !TryFetch(dataset, parcel, cancel))
            {
                if (clock.GetElapsedTime(start) > MaxWait) throw new IOException("Another process holds the folder.");
                cancel.WaitHandle.WaitOne(Poll);
                cancel.ThrowIfCancellationRequested();
            }
        }
        catch (FileNotFoundException none)
        {
            throw new RuleViolationException(
                RuleKind.Unusable, "dataset-path-not-found", $"The files of the data set '{dataset.Name}' are not there: not made yet, or gone.", inner: none);
        }
        catch (Exception damage) when (damage is InvalidDataException or RuleViolationException)
        {
            string message = $"The stored files of the data set '{dataset.Name}' are damaged: {damage.Message}";
            throw new RuleViolationException(RuleKind.Unusable, "dataset-damaged", message, inner: damage);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetTransferException($"The files of the data set '{dataset.Name}' could not be fetched from the artifact store.", fault);
        }
    }

    /// <returns>False while another thread or process is at work on the folder.</returns>
    private bool TryFetch(Dataset dataset, DatasetParcel parcel, CancellationToken cancel)
    {
        if (!parcel.Exists()) return folders.Exists(dataset.Id) ? true : throw new FileNotFoundException("There is no parcel of the data set.");
        using DatasetWorkspace? workspace = folders.TryOpenCopy(dataset.Id);
        if (workspace is null) return false;
        if (folders.Exists(dataset.Id)) return true;
        try
        {
            parcel.Receive(workspace.Write, cancel);
            workspace.Publish(cancel);
        }
        catch (IOException) when (folders.Exists(dataset.Id))
        {
            return true; // another was as lucky with the lock, and faster
        }

        workspace.Keep();
        log.LogInformation("Fetched the files of data set {Dataset}", dataset.Id);
        return true;
    }
}
