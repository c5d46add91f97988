using System.Buffers;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>What a network says at stride 4, in a pooled buffer: [N, C, h, w], rows from the top.</summary>
internal sealed class LogitGrid : IDisposable
{
    private float[]? _values;

    public LogitGrid(int images, int classes, int height, int width)
    {
        (Images, Classes, Height, Width) = (images, classes, height, width);
        _values = ArrayPool<float>.Shared.Rent(checked(images * classes * height * width));
    }

    public int Images { get; }

    public int Classes { get; }

    public int Height { get; }

    public int Width { get; }

    public Memory<float> Memory => _values.AsMemory(0, Images * Classes * Height * Width);

    public Span<float> Values => Memory.Span;

    /// <summary>Row y of class c in an image.</summary>
    public ReadOnlySpan<float> Row(int image, int c, int y) => _values.AsSpan(((((image * Classes) + c) * Height) + y) * Width, Width);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _values, null) is { } values) ArrayPool<float>.Shared.Return(values);
    }
}
