using UdaSeg.Infrastructure.Streams;

namespace UdaSeg.Infrastructure.Imaging.Png;

/// <summary>Reads several pieces of memory as one stream, without joining them.</summary>
internal sealed class SegmentStream(IReadOnlyList<ReadOnlyMemory<byte>> segments) : ForwardStream
{
    private int _segment;
    private int _offset;

    public override int Read(Span<byte> buffer)
    {
        while (_segment < segments.Count && _offset == segments[_segment].Length) (_segment, _offset) = (_segment + 1, 0);
        if (_segment == segments.Count) return 0;
        ReadOnlySpan<byte> rest = segments[_segment].Span[_offset..];
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _offset += count;
        return count;
    }
}
