using System.Buffers;
using UdaSeg.Domain.Images;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>Scaling, cropping and mirroring of images (bilinear, averaging when shrinking) and labels (nearest).
/// Pure functions, the same bits on every processor.</summary>
internal static class ImageResizing
{
    public static RgbImage Resize(RgbImage image, int width, int height) => ScaledCrop(image, CropWindow.Whole(width, height));

    /// <returns>The image at the map's size; itself where it has it already.</returns>
    public static RgbImage Fit(RgbImage image, LabelMap map) =>
        (image.Width, image.Height) == (map.Width, map.Height) ? image : Resize(image, map.Width, map.Height);

    public static LabelMap ResizeNearest(LabelMap labels, int width, int height) => ScaledCrop(labels, CropWindow.Whole(width, height));

    public static RgbImage FlipHorizontally(RgbImage image) => ScaledCrop(image, CropWindow.Whole(image.Width, image.Height) with { Flip = true });

    public static LabelMap FlipHorizontally(LabelMap labels) => ScaledCrop(labels, CropWindow.Whole(labels.Width, labels.Height) with { Flip = true });

    public static RgbImage Crop(RgbImage image, int x, int y, int width, int height) =>
        ScaledCrop(image, new CropWindow(image.Width, image.Height, x, y, width, height));

    public static LabelMap Crop(LabelMap labels, int x, int y, int width, int height) =>
        ScaledCrop(labels, new CropWindow(labels.Width, labels.Height, x, y, width, height));

    /// <summary>Computes the crop's pixels only; equal to scaling the whole image and cropping then.</summary>
    /// <returns>Its pixels come from the <see cref="PixelPool"/>.</returns>
    public static RgbImage ScaledCrop(RgbImage image, CropWindow window)
    {
        var result = new RgbImage(window.Width, window.Height, PixelPool.Rent<byte>(checked(3 * window.Width * window.Height)));
        ScaledCrop(image, window, result.Pixels);
        return result;
    }

    /// <param name="image">Any size, and not in the memory of <paramref name="pixels"/>.</param>
    /// <param name="window">What is wanted of it.</param>
    /// <param name="pixels">Of the window's size: receives every pixel, black where the window leaves the image.</param>
    public static void ScaledCrop(RgbImage image, CropWindow window, Span<byte> pixels)
    {
        if (pixels.Length != 3 * window.Width * window.Height) throw new ArgumentException("The result must be as large as the window.", nameof(pixels));
        if (window.ScaledWidth == image.Width && window.ScaledHeight == image.Height) UnscaledCrop.Copy(image, window, pixels);
        else Interpolate(image, window, pixels);
    }

    /// <summary>The nearest label of each of the crop's pixels; 255 beyond the image.</summary>
    public static LabelMap ScaledCrop(LabelMap labels, CropWindow window)
    {
        var result = new LabelMap(window.Width, window.Height);
        ScaledCrop(labels, window, result.Labels);
        return result;
    }

    /// <summary>Into labels of the crop's size, whatever was in them.</summary>
    public static void ScaledCrop(LabelMap labels, CropWindow window, Span<byte> into)
    {
        var columns = new int[window.Width];
        for (int x = 0; x < columns.Length; x++)
        {
            columns[window.Flip ? columns.Length - 1 - x : x] = AxisTaps.Nearest(labels.Width, window.ScaledWidth, window.X + x);
        }

        for (int y = 0; y < window.Height; y++)
        {
            int row = AxisTaps.Nearest(labels.Height, window.ScaledHeight, window.Y + y);
            Span<byte> to = into.Slice(y * window.Width, window.Width);
            if (row < 0)
            {
                to.Fill(LabelMap.Ignore);
                continue;
            }

            ReadOnlySpan<byte> from = labels.Labels.AsSpan(row * labels.Width, labels.Width);
            for (int x = 0; x < to.Length; x++) to[x] = columns[x] < 0 ? LabelMap.Ignore : from[columns[x]];
        }
    }

    private static void Interpolate(RgbImage image, CropWindow window, Span<byte> pixels)
    {
        var columns = new AxisTaps(image.Width, window.ScaledWidth, window.X, window.Width);
        var rows = new AxisTaps(image.Height, window.ScaledHeight, window.Y, window.Height);
        int length = Math.Max(0, 3 * (columns.End - columns.Begin));
        float[] buffer = ArrayPool<float>.Shared.Rent(length + BilinearRows.Slack);
        try
        {
            for (int y = 0; y < window.Height; y++)
            {
                Span<byte> row = pixels.Slice(3 * y * window.Width, 3 * window.Width);
                ReadOnlySpan<float> weights = rows.Weights(y);
                if (weights.IsEmpty || length == 0)
                {
                    row.Clear();
                    continue;
                }

                for (int k = 0; k < weights.Length; k++)
                {
                    ReadOnlySpan<byte> from = image.Pixels.AsSpan(3 * (((rows.First(y) + k) * image.Width) + columns.Begin), length);
                    if (k == 0) BilinearRows.Begin(from, weights[k], buffer);
                    else BilinearRows.Add(from, weights[k], buffer);
                }

                BilinearRows.Blend(columns, buffer, row, window.Flip);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }
}
