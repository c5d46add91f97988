using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Streams;

namespace UdaSeg.Api.Requests;

/// <summary>Reads on until a limit is passed. The server's own limit cannot tell a client what it sent; this one can.</summary>
/// <param name="inner">What is read.</param>
/// <param name="limit">In bytes.</param>
/// <param name="refuse">Makes the refusal of the limit and what had arrived; <see cref="TooLarge"/> without it.</param>
internal sealed class LimitedStream(Stream inner, long limit, Func<long, long, RuleViolationException>? refuse = null) : ForwardStream
{
    private long _read;

    public static RuleViolationException TooLarge(long limit, long actual) =>
        new(RuleKind.TooLarge, "body-too-large", $"The body exceeds the limit of {limit} bytes.") { Exceeded = (limit, actual) };

    /// <exception cref="RuleViolationException"><c>body-too-large</c> (413); <c>actual</c> is what had arrived by then.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken);
        _read += count;
        return _read <= limit ? count : throw (refuse ?? TooLarge)(limit, _read);
    }
}
