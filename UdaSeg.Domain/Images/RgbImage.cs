namespace UdaSeg.Domain.Images;

/// <summary>An 8-bit sRGB image: rows from the top, pixels from the left, three interleaved bytes (R, G, B) a pixel.</summary>
public sealed class RgbImage
{
    public RgbImage(int width, int height)
        : this(width, height, new byte[checked(width * height * 3)])
    {
    }

    /// <param name="width">In pixels, at least 1.</param>
    /// <param name="height">In pixels, at least 1.</param>
    /// <param name="pixels">Exactly <c>width × height × 3</c> bytes; not copied.</param>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != checked(width * height * 3)) throw new ArgumentException($"{width}×{height} pixels need {width * height * 3} bytes, not {pixels.Length}.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>An image whose every pixel its maker writes: what the memory held before is not cleared.</summary>
    public static RgbImage Uninitialised(int width, int height) =>
        new(width, height, GC.AllocateUninitializedArray<byte>(checked(width * height * 3)));

    public int Width { get; }

    public int Height { get; }

    /// <summary>R, G, B of pixel (x, y) start at <c>3·(y·Width + x)</c>.</summary>
    public byte[] Pixels { get; }
}
