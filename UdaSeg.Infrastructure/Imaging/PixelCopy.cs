using SkiaSharp;
using UdaSeg.Domain.Images;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>Between the decoder's four bytes a pixel and the three of <see cref="RgbImage"/>.</summary>
internal static class PixelCopy
{
    /// <summary>Composes over black and turns the image upright.</summary>
    /// <param name="rgba">Not premultiplied, rows from the top; may be longer than the image.</param>
    /// <param name="width">As stored.</param>
    /// <param name="height">As stored.</param>
    /// <param name="origin">The EXIF orientation: where the stored first row and column belong.</param>
    public static RgbImage ToUprightRgb(ReadOnlySpan<byte> rgba, int width, int height, SKEncodedOrigin origin)
    {
        bool swapped = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        byte[] rgb = PixelPool.Rent<byte>(checked(3 * width * height));
        RgbImage image = swapped ? new(height, width, rgb) : new(width, height, rgb);

        // Stored pixel that a shown pixel (x, y) comes from: start + x·stepX + y·stepY.
        int end = (width * height) - 1;
        (int start, int stepX, int stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (end, -1, -width),
            SKEncodedOrigin.BottomLeft => (width * (height - 1), 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (width * (height - 1), -width, 1),
            SKEncodedOrigin.RightBottom => (end, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        for (int y = 0; y < image.Height; y++)
        {
            CopyRow(rgba, start + (y * stepY), stepX, image.Pixels.AsSpan(3 * y * image.Width, 3 * image.Width));
        }

        return image;
    }

    /// <summary>Adds an opaque fourth byte.</summary>
    public static void ToRgba(ReadOnlySpan<byte> rgb, Span<byte> rgba, int pixels)
    {
        for (int i = 0, from = 0, to = 0; i < pixels; i++, from += 3, to += 4)
        {
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (rgb[from], rgb[from + 1], rgb[from + 2], 255);
        }
    }

    private static void CopyRow(ReadOnlySpan<byte> rgba, int pixel, int step, Span<byte> row)
    {
        for (int to = 0; to < row.Length; to += 3, pixel += step)
        {
            ReadOnlySpan<byte> from = rgba.Slice(4 * pixel, 4);
            int alpha = from[3];
            if (alpha == 255) (row[to], row[to + 1], row[to + 2]) = (from[0], from[1], from[2]);
            else (row[to], row[to + 1], row[to + 2]) = (Scale(from[0], alpha), Scale(from[1], alpha), Scale(from[2], alpha));
        }
    }

    // Rounded to nearest.
    private static byte Scale(int value, int alpha) => (byte)(((value * alpha) + 127) / 255);
}
