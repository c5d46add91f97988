using System.Security.Cryptography;
using UdaSeg.Infrastructure.Streams;

namespace UdaSeg.Api.Idempotency;

/// <summary>Hashes what is read through it: a body of gigabytes is neither kept nor read twice.</summary>
internal sealed class HashedStream(Stream inner) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _ended;

    /// <summary>Reads what the reader left, and ends.</summary>
    /// <returns>SHA-256 of all of it, lower-case hex.</returns>
    public async Task<string> EndAsync(CancellationToken cancel)
    {
        if (!_ended) await CopyToAsync(Null, cancel); // the end cannot be asked for again once the client has left
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken);
        _hash.AppendData(buffer.Span[..count]);
        _ended |= count == 0 && buffer.Length > 0;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }
}
