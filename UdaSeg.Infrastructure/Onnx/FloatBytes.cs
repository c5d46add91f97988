using System.Buffers;
using System.Runtime.InteropServices;

namespace UdaSeg.Infrastructure.Onnx;

/// <summary>An array of floats as the little-endian bytes that the format asks for, without a copy.</summary>
internal sealed class FloatBytes(float[] values) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => BitConverter.IsLittleEndian
        ? MemoryMarshal.AsBytes(values.AsSpan())
        : throw new PlatformNotSupportedException("Tensors are stored little-endian.");

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Whoever writes these bytes reads them as a span.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
