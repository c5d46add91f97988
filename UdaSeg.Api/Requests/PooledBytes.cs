using System.Buffers;

namespace UdaSeg.Api.Requests;

/// <summary>An uploaded file in a pooled buffer: fresh arrays of several megabytes a request would double the cost of reading it.</summary>
internal sealed class PooledBytes : IDisposable
{
    private byte[]? _buffer;
    private int _length;

    private PooledBytes(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <param name="stream">Read to its end.</param>
    /// <param name="expected">Its length, if known.</param>
    /// <param name="cancel">Stops reading.</param>
    public static async Task<PooledBytes> ReadAsync(Stream stream, long? expected, CancellationToken cancel)
    {
        // One byte more than expected, so that the end is seen without growing.
        PooledBytes bytes = new((int)Math.Clamp((expected ?? 0) + 1, 1 << 16, 1 << 26));
        try
        {
            while (true)
            {
                if (bytes._length == bytes._buffer!.Length) bytes.Grow();
                int count = await stream.ReadAsync(bytes._buffer.AsMemory(bytes._length), cancel);
                if (count == 0) return bytes;
                bytes._length += count;
            }
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _length, Array.MaxLength));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer!);
        _buffer = larger;
    }
}
