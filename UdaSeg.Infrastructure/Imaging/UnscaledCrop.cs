using UdaSeg.Domain.Images;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>A crop at the image's own scale: every pixel is one of the image's, so nothing is interpolated.</summary>
internal static class UnscaledCrop
{
    public static void Copy(RgbImage image, CropWindow window, Span<byte> pixels)
    {
        int first = Math.Clamp(-window.X, 0, window.Width), end = Math.Clamp(image.Width - window.X, first, window.Width);
        for (int y = 0; y < window.Height; y++)
        {
            Span<byte> row = pixels.Slice(3 * y * window.Width, 3 * window.Width);
            int from = window.Y + y;
            if (from < 0 || from >= image.Height || first == end)
            {
                row.Clear();
                continue;
            }

            row[..(3 * first)].Clear();
            row[(3 * end)..].Clear();
            image.Pixels.AsSpan(3 * ((from * image.Width) + window.X + first), 3 * (end - first)).CopyTo(row[(3 * first)..]);
            if (window.Flip) Mirror(row);
        }
    }

    private static void Mirror(Span<byte> row)
    {
        row.Reverse();
        for (int i = 0; i < row.Length; i += 3) (row[i], row[i + 2]) = (row[i + 2], row[i]);
    }
}
