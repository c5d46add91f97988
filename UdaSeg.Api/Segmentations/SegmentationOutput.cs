using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Api.Segmentations;

/// <summary>What is sent: a file, or for JSON the answer. Pooled buffers go back when it is disposed, after the answer has been sent.</summary>
internal sealed class SegmentationOutput(string engine) : IDisposable
{
    private readonly List<PooledStream> _files = [];

    public string Engine { get; } = engine;

    public SegmentationAnswer? Answer { get; set; }

    /// <summary>The one file of an answer that is no JSON.</summary>
    public ReadOnlyMemory<byte> Body => _files[0].Written;

    /// <summary>A new file of this answer.</summary>
    public PooledStream NewFile()
    {
        var file = new PooledStream();
        _files.Add(file);
        return file;
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());
}
