using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Serving;

/// <summary>One model of the pool. All members but <see cref="Load"/> are called under the pool's lock.</summary>
internal sealed class SegmenterEntry(Func<ISegmenter> load)
{
    private readonly Lazy<ISegmenter> _segmenter = new(load, LazyThreadSafetyMode.ExecutionAndPublication);
    private bool _retired;
    private bool _disposed;

    public int Leases { get; set; }

    public long LastUse { get; set; }

    /// <summary>Of the loaded model.</summary>
    public long Bytes => _segmenter.Value.Bytes;

    public bool IsLoaded => _segmenter.IsValueCreated;

    /// <summary>Loads once; callers that come meanwhile wait, and share its failure.</summary>
    public ISegmenter Load() => _segmenter.Value;

    /// <summary>Out of the pool: disposed now, or when the last lease comes back.</summary>
    public void Retire()
    {
        _retired = true;
        DisposeIfUnused();
    }

    public void DisposeIfUnused()
    {
        if (!_retired || _disposed || Leases > 0 || !_segmenter.IsValueCreated) return;
        _disposed = true;
        _segmenter.Value.Dispose();
    }
}
