using System.Buffers;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Reading;

/// <summary>What a network says at stride 4, in a pooled buffer: [N, C, h, w], rows from the top.</summary>
internal sealed class LogitGrid : IDisposable
{
    private float[]? _values;

    public LogitGrid(int images, int classes, int height, int width)
    {
        (Images, Classes, Height, Width) = (images, classes, height, width);
        _values = ArrayPool<float>.Shared.Rent(checked(images * classes * height * width));
    }

    /// <param name="logits">[N, C, h, w], of any float type and layout, on any device.</param>
    public static LogitGrid Of(Tensor logits)
    {
        using DisposeScope scope = NewDisposeScope();
        var grid = new LogitGrid((int)logits.shape[0], (int)logits.shape[1], (int)logits.shape[2], (int)logits.shape[3]);
        MemoryMarshal.Cast<byte, float>(logits.to(ScalarType.Float32).cpu().contiguous().bytes).CopyTo(grid.Values);
        return grid;
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
