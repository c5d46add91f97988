using System.Runtime.InteropServices;
using SkiaSharp;
using UdaSeg.Domain.Images;

namespace UdaSeg.Demo;

/// <summary>Plain pixels to and from PNG.</summary>
internal static class Pixels
{
    public static byte[] EncodePng(RgbImage image)
    {
        using SKBitmap bitmap = ToBitmap(image);
        return Encode(bitmap);
    }

    /// <returns>An 8-bit grey PNG whose grey value is the class index.</returns>
    public static byte[] EncodePng(LabelMap labels)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(labels.Width, labels.Height, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < labels.Height; y++) Marshal.Copy(labels.Labels, y * labels.Width, bitmap.GetPixels() + (y * bitmap.RowBytes), labels.Width);
        return Encode(bitmap);
    }

    public static SKBitmap ToBitmap(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        byte[] row = new byte[image.Width * 4];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0, from = y * image.Width * 3; x < image.Width; x++, from += 3)
            {
                (row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2], row[(4 * x) + 3]) = (image.Pixels[from], image.Pixels[from + 1], image.Pixels[from + 2], 255);
            }

            Marshal.Copy(row, 0, bitmap.GetPixels() + (y * bitmap.RowBytes), row.Length);
        }

        return bitmap;
    }

    /// <exception cref="DemoFailure">When the bytes are no image.</exception>
    public static SKBitmap Decode(byte[] file) => SKBitmap.Decode(file) ?? throw new DemoFailure("The service sent something that is not an image.");

    /// <summary>Paints a grey label image in the colours of its classes; grey values beyond them stay black.</summary>
    public static SKBitmap Colorize(SKBitmap grey, IReadOnlyList<SKColor> palette)
    {
        var painted = new SKBitmap(new SKImageInfo(grey.Width, grey.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        painted.Pixels = [.. grey.Pixels.Select(p => p.Red < palette.Count ? palette[p.Red] : SKColors.Black)];
        return painted;
    }

    public static byte[] Encode(SKBitmap bitmap)
    {
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
