using UdaSeg.Domain.Ports;

namespace UdaSeg.Api.Tests.Support;

/// <summary>An artifact store that counts what is read, and fails where it is told to.</summary>
internal sealed class FaultyStore(IArtifactStore inner) : IArtifactStore
{
    private int _reads;

    public int Reads => _reads;

    /// <summary>Takes the place of the stream that is read.</summary>
    public Func<Stream, Stream>? Reading { get; set; }

    /// <summary>Called once what is written is ready to be published.</summary>
    public Action? Writing { get; set; }

    public void Write(string key, Action<Stream> write) => inner.Write(key, to =>
    {
        write(to);
        Writing?.Invoke();
    });

    public Stream OpenRead(string key)
    {
        Interlocked.Increment(ref _reads);
        Stream stream = inner.OpenRead(key);
        return Reading is null ? stream : Reading(stream);
    }

    public bool Exists(string key) => inner.Exists(key);

    public void Delete(string key) => inner.Delete(key);

    public IReadOnlyList<string> List(string prefix) => inner.List(prefix);
}

/// <summary>Cannot be read across one point: a zip's directory at its end can be, the files before it cannot.</summary>
internal sealed class BrokenStream(Stream inner, long breakAt, Exception fault) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        long start = inner.Position;
        int count = inner.Read(buffer);
        return start <= breakAt && start + count > breakAt ? throw fault : count;
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
