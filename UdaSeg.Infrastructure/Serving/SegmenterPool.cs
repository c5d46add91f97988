using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Serving;

/// <summary>Finds the checkpoint that an id or an alias names; null if there is none.</summary>
internal delegate Task<Checkpoint?> CheckpointLookup(string idOrAlias, CancellationToken cancel);

/// <summary>
/// Loaded models by checkpoint. Each is loaded once, however many ask at the same time; the least recently used ones go when there are more than
/// <paramref name="capacity"/> or their weights take more than <paramref name="maxBytes"/>, but a model is disposed only after its last lease is returned.
/// For a load the pool holds one model more for a while.
/// </summary>
internal sealed class SegmenterPool(ISegmenterLoader loader, CheckpointLookup lookup, int capacity, long maxBytes = long.MaxValue) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, SegmenterEntry> _entries = [];
    private long _clock;
    private bool _disposed;

    /// <summary>Checkpoints loaded at present.</summary>
    public IReadOnlyCollection<Guid> Loaded
    {
        get
        {
            lock (_lock) return [.. _entries.Where(e => e.Value.IsLoaded).Select(e => e.Key)];
        }
    }

    /// <summary>What their weights take.</summary>
    public long LoadedBytes
    {
        get
        {
            lock (_lock) return _entries.Values.Where(e => e.IsLoaded).Sum(e => e.Bytes);
        }
    }

    /// <exception cref="RuleViolationException"><c>checkpoint-not-found</c> (404).</exception>
    public async Task<Checkpoint> ResolveAsync(string idOrAlias, CancellationToken cancel) => await lookup(idOrAlias, cancel) ?? throw NotFound(idOrAlias);

    /// <summary>
    /// The model of a checkpoint, loaded if need be. Synchronous: loading is work of seconds for the calling thread. Dispose the lease after use.
    /// </summary>
    /// <exception cref="RuleViolationException"><c>checkpoint-unloadable</c> (422). Models loaded before stay.</exception>
    public SegmenterLease Rent(Checkpoint checkpoint)
    {
        SegmenterEntry entry = Enter(checkpoint);
        try
        {
            ISegmenter segmenter = entry.Load();
            Trim(entry);
            return new SegmenterLease(checkpoint, segmenter, () => Leave(entry));
        }
        catch (Exception fault)
        {
            Drop(checkpoint.Id, entry);
            Leave(entry);
            throw Unloadable(checkpoint, fault);
        }
    }

    /// <summary>Forgets a checkpoint, for instance because it was deleted. Leases that are out stay valid.</summary>
    public void Evict(Guid checkpoint)
    {
        lock (_lock)
        {
            if (_entries.Remove(checkpoint, out SegmenterEntry? entry)) entry.Retire();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (SegmenterEntry entry in _entries.Values) entry.Retire();
            _entries.Clear();
        }
    }

    private SegmenterEntry Enter(Checkpoint checkpoint)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_entries.TryGetValue(checkpoint.Id, out SegmenterEntry? entry))
            {
                _entries[checkpoint.Id] = entry = new SegmenterEntry(() => loader.Load(checkpoint));
            }
            entry.Leases++;
            entry.LastUse = ++_clock;
            return entry;
        }
    }

    private void Leave(SegmenterEntry entry)
    {
        lock (_lock)
        {
            entry.Leases--;
            entry.DisposeIfUnused();
        }
    }

    private void Drop(Guid id, SegmenterEntry entry)
    {
        lock (_lock)
        {
            if (_entries.GetValueOrDefault(id) == entry) _entries.Remove(id);
            entry.Retire();
        }
    }

    private void Trim(SegmenterEntry newest)
    {
        lock (_lock)
        {
            int count = 1;
            long bytes = newest.Bytes;
            foreach ((Guid id, SegmenterEntry entry) in _entries.Where(e => e.Value != newest && e.Value.IsLoaded).OrderByDescending(e => e.Value.LastUse).ToArray())
            {
                (count, bytes) = (count + 1, bytes + entry.Bytes);
                if (count <= capacity && bytes <= maxBytes) continue;
                _entries.Remove(id);
                entry.Retire();
            }
        }
    }

    private static RuleViolationException NotFound(string name) => new(
        RuleKind.NotFound, "checkpoint-not-found", name == "default"
            ? "There is no model yet: the alias 'default' names no checkpoint. Finish a training run, or import a checkpoint and point the alias at it."
            : $"There is no checkpoint or alias '{name}'.");

    // The loader's own rules are written for users; anything else may hold paths and stays inside.
    private static RuleViolationException Unloadable(Checkpoint checkpoint, Exception fault) => new(
        RuleKind.Unusable,
        "checkpoint-unloadable",
        $"The checkpoint '{checkpoint.Id}' cannot be loaded: {(fault is RuleViolationException ? fault.Message : "its weights are missing or broken.")}",
        inner: fault);
}

/// <summary>The right to use a loaded model until disposed.</summary>
internal sealed class SegmenterLease(Checkpoint checkpoint, ISegmenter segmenter, Action release) : IDisposable
{
    private Action? _release = release;

    public Checkpoint Checkpoint { get; } = checkpoint;

    public ISegmenter Segmenter { get; } = segmenter;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
