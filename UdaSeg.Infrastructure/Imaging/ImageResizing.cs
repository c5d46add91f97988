using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using UdaSeg.Domain.Images;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>Scaling, cropping and mirroring of images (bilinear, averaging when shrinking) and labels (nearest).
/// Pure functions, the same bits on every processor.</summary>
internal static class ImageResizing
{
    public static RgbImage Resize(RgbImage image, int width, int height) => ScaledCrop(image, CropWindow.Whole(width, height));

    public static LabelMap ResizeNearest(LabelMap labels, int width, int height) => ScaledCrop(labels, CropWindow.Whole(width, height));

    public static RgbImage FlipHorizontally(RgbImage image) => ScaledCrop(image, CropWindow.Whole(image.Width, image.Height) with { Flip = true });

    public static LabelMap FlipHorizontally(LabelMap labels) => ScaledCrop(labels, CropWindow.Whole(labels.Width, labels.Height) with { Flip = true });

    public static RgbImage Crop(RgbImage image, int x, int y, int width, int height) =>
        ScaledCrop(image, new CropWindow(image.Width, image.Height, x, y, width, height));

    public static LabelMap Crop(LabelMap labels, int x, int y, int width, int height) =>
        ScaledCrop(labels, new CropWindow(labels.Width, labels.Height, x, y, width, height));

    /// <summary>Computes the crop's pixels only; equal to scaling the whole image and cropping then.</summary>
    public static RgbImage ScaledCrop(RgbImage image, CropWindow window)
    {
        var result = new RgbImage(window.Width, window.Height);
        ScaledCrop(image, window, result.Pixels);
        return result;
    }

    /// <summary>Into interleaved pixels of the crop's size, whatever was in them.</summary>
    public static void ScaledCrop(RgbImage image, CropWindow window, Span<byte> pixels)
    {
        pixels.Clear();
        var columns = new AxisTaps(image.Width, window.ScaledWidth, window.X, window.Width);
        var rows = new AxisTaps(image.Height, window.ScaledHeight, window.Y, window.Height);
        if (columns.End <= columns.Begin) return;
        int length = 3 * (columns.End - columns.Begin);
        float[] buffer = ArrayPool<float>.Shared.Rent(length);
        try
        {
            Span<float> line = buffer.AsSpan(0, length);
            for (int y = 0; y < window.Height; y++)
            {
                ReadOnlySpan<float> weights = rows.Weights(y);
                if (weights.IsEmpty) continue;
                line.Clear();
                for (int k = 0; k < weights.Length; k++)
                {
                    Accumulate(image.Pixels.AsSpan(3 * (((rows.First(y) + k) * image.Width) + columns.Begin), length), weights[k], line);
                }

                Blend(columns, line, pixels.Slice(3 * y * window.Width, 3 * window.Width), window.Flip);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
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

    // Multiply and add are kept apart (no fused operation), so that wide and narrow paths round alike.
    private static void Accumulate(ReadOnlySpan<byte> source, float weight, Span<float> line)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var factor = Vector256.Create(weight);
            for (; i <= line.Length - 8; i += 8)
            {
                Vector128<ushort> wide = Vector128.WidenLower(Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(source[i..])).AsByte());
                Vector256<float> values = Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(wide), Vector128.WidenUpper(wide)).AsInt32());
                (Vector256.Create<float>(line[i..]) + (values * factor)).CopyTo(line[i..]);
            }
        }

        for (; i < line.Length; i++)
        {
            float product = source[i] * weight;
            line[i] += product;
        }
    }

    private static void Blend(AxisTaps columns, ReadOnlySpan<float> line, Span<byte> row, bool flip)
    {
        for (int x = 0; x < columns.Length; x++)
        {
            ReadOnlySpan<float> weights = columns.Weights(x);
            (float r, float g, float b) = (0, 0, 0);
            ReadOnlySpan<float> from = line[(weights.IsEmpty ? 0 : 3 * (columns.First(x) - columns.Begin))..];
            for (int k = 0; k < weights.Length; k++)
            {
                r += weights[k] * from[3 * k];
                g += weights[k] * from[(3 * k) + 1];
                b += weights[k] * from[(3 * k) + 2];
            }

            int to = 3 * (flip ? columns.Length - 1 - x : x);
            (row[to], row[to + 1], row[to + 2]) = ((byte)(r + 0.5f), (byte)(g + 0.5f), (byte)(b + 0.5f));
        }
    }
}
