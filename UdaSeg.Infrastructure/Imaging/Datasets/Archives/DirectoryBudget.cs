namespace UdaSeg.Infrastructure.Imaging.Datasets.Archives;

/// <summary>
/// Lets an archive's directory be read up to a budget. The library keeps every entry in memory before anyone can count them, so that a directory of
/// gigabytes would be a bomb of its own; this holds whatever the archive says about itself.
/// </summary>
internal sealed class DirectoryBudget(Stream inner, long budget) : Stream
{
    private long _left = budget;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    /// <summary>The directory is known: files are counted otherwise.</summary>
    public void Lift() => _left = long.MaxValue;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="DirectoryBudgetException">Past the budget.</exception>
    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        _left -= count;
        return _left >= 0 ? count : throw new DirectoryBudgetException();
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>An archive's directory is longer than the permitted entries can be.</summary>
internal sealed class DirectoryBudgetException : Exception;
