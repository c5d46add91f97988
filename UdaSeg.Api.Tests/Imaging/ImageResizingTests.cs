using CsCheck;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Imaging;

public sealed class ImageResizingTests
{
    private static readonly Gen<(RgbImage Image, CropWindow Window)> s_cases =
        from width in Gen.Int[1, 30]
        from height in Gen.Int[1, 20]
        from pixels in Gen.Byte.Array[width * height * 3]
        from scaledWidth in Gen.Double[0.5, 70]
        from scaledHeight in Gen.Double[0.5, 50]
        from x in Gen.Int[-5, 40]
        from y in Gen.Int[-5, 30]
        from cropWidth in Gen.Int[1, 40]
        from cropHeight in Gen.Int[1, 20]
        from flip in Gen.Bool
        select (new RgbImage(width, height, pixels), new CropWindow(scaledWidth, scaledHeight, x, y, cropWidth, cropHeight, flip));

    [Fact]
    public void A_scaled_crop_equals_the_filters_definition_pixel_by_pixel() => s_cases.Sample((image, window) =>
    {
        RgbImage actual = ImageResizing.ScaledCrop(image, window);
        for (int y = 0; y < window.Height; y++)
        {
            for (int x = 0; x < window.Width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    int at = window.Flip ? window.Width - 1 - x : x;
                    Assert.Equal(Slow(image, window, x, y, channel), actual.Pixels[(3 * ((y * window.Width) + at)) + channel], 0.51);
                }
            }
        }
    });

    [Fact]
    public void A_scaled_crop_is_bit_for_bit_the_crop_of_the_scaled_image()
    {
        RgbImage image = Noise(50, 40);
        RgbImage whole = ImageResizing.Resize(image, 33, 71);
        RgbImage crop = ImageResizing.ScaledCrop(image, new CropWindow(33, 71, 7, 11, 20, 30));
        Assert.Equal(ImageResizing.Crop(whole, 7, 11, 20, 30).Pixels, crop.Pixels);
        RgbImage flipped = ImageResizing.ScaledCrop(image, new CropWindow(33, 71, 7, 11, 20, 30, Flip: true));
        Assert.Equal(ImageResizing.FlipHorizontally(crop).Pixels, flipped.Pixels);
    }

    [Fact]
    public void Scale_one_keeps_every_pixel_and_mirroring_twice_too()
    {
        RgbImage image = Noise(31, 17);
        Assert.Equal(image.Pixels, ImageResizing.Resize(image, 31, 17).Pixels);
        Assert.Equal(image.Pixels, ImageResizing.FlipHorizontally(ImageResizing.FlipHorizontally(image)).Pixels);
        Assert.Equal(image.Pixels[..3], ImageResizing.FlipHorizontally(image).Pixels[(3 * 30)..(3 * 31)]);
    }

    [Fact]
    public void Shrinking_averages_and_does_not_alias()
    {
        RgbImage stripes = new(64, 64, [.. Enumerable.Range(0, 64 * 64).SelectMany(i => Enumerable.Repeat((byte)(i % 2 * 255), 3))]);
        Assert.All(ImageResizing.Resize(stripes, 9, 9).Pixels, v => Assert.InRange(v, 112, 143));
    }

    [Fact]
    public void One_colour_stays_that_colour_at_every_scale() => Gen.Select(Gen.Byte, Gen.Int[1, 60], Gen.Int[1, 60]).Sample((value, width, height) =>
    {
        RgbImage flat = new(13, 21, [.. Enumerable.Repeat(value, 13 * 21 * 3)]);
        Assert.All(ImageResizing.Resize(flat, width, height).Pixels, v => Assert.Equal(value, v));
    });

    [Fact]
    public void Image_and_label_agree_when_the_red_channel_is_the_label() => Gen.Select(Gen.Double[0.5, 3], Gen.Int[-4, 30], Gen.Int[-4, 20], Gen.Bool).Sample((scale, x, y, flip) =>
    {
        // A ramp to the right and downwards: a shift of half a pixel between the two would show, on average, as a difference of means.
        const int Width = 80, Height = 40;
        byte[] ramp = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)((2 * (i % Width)) + (i / Width)))];
        var labels = new LabelMap(Width, Height, ramp);
        var image = new RgbImage(Width, Height, [.. ramp.SelectMany(v => new byte[] { v, 0, 0 })]);
        var window = new CropWindow(Width * scale, Height * scale, x, y, 30, 15, flip);
        byte[] red = [.. ImageResizing.ScaledCrop(image, window).Pixels.Where((_, i) => i % 3 == 0)];
        byte[] label = ImageResizing.ScaledCrop(labels, window).Labels;
        (byte Red, byte Label)[] shown = [.. red.Zip(label).Where(p => p.Second != LabelMap.Ignore)];
        Assert.All(red.Zip(label).Where(p => p.Second == LabelMap.Ignore), p => Assert.Equal(0, p.First));
        Assert.All(shown, p => Assert.InRange(Math.Abs(p.Red - p.Label), 0, 3));
    });

    [Fact]
    public void Image_and_label_agree_exactly_inside_regions_of_one_class()
    {
        // Regions of 16×16: where all source pixels in the filter's reach have one label, the image's red is that label.
        byte[] classes = [.. Enumerable.Range(0, 64 * 48).Select(i => (byte)(10 * ((i % 64 / 16) + (4 * (i / 64 / 16)))))];
        var labels = new LabelMap(64, 48, classes);
        var image = new RgbImage(64, 48, [.. classes.SelectMany(v => new byte[] { v, 0, 0 })]);
        Gen.Select(Gen.Double[0.4, 3], Gen.Int[0, 20], Gen.Int[0, 15], Gen.Bool).Sample((scale, x, y, flip) =>
        {
            var window = new CropWindow(64 * scale, 48 * scale, x, y, 24, 18, flip);
            RgbImage crop = ImageResizing.ScaledCrop(image, window);
            LabelMap labelCrop = ImageResizing.ScaledCrop(labels, window);
            for (int i = 0; i < labelCrop.Labels.Length; i++)
            {
                int column = flip ? 23 - (i % 24) : i % 24;
                (double u, double v) = ((column + x + 0.5) / scale, ((i / 24) + y + 0.5) / scale);
                if (u < 64 && v < 48 && DistanceToEdge(u) > 3 && DistanceToEdge(v) > 3) Assert.Equal(labelCrop.Labels[i], crop.Pixels[3 * i]);
            }
        });
    }

    [Fact]
    public void Nearest_labels_equal_the_definition() => s_cases.Sample((image, window) =>
    {
        var labels = new LabelMap(image.Width, image.Height, [.. image.Pixels.Where((_, i) => i % 3 == 0)]);
        LabelMap actual = ImageResizing.ScaledCrop(labels, window);
        for (int i = 0; i < actual.Labels.Length; i++)
        {
            int column = window.Flip ? window.Width - 1 - (i % window.Width) : i % window.Width;
            (double u, double v) = (column + window.X + 0.5, (i / window.Width) + window.Y + 0.5);
            bool inside = u >= 0 && v >= 0 && u < window.ScaledWidth && v < window.ScaledHeight;
            int sourceX = Math.Min(labels.Width - 1, (int)(u * (labels.Width / window.ScaledWidth)));
            int sourceY = Math.Min(labels.Height - 1, (int)(v * (labels.Height / window.ScaledHeight)));
            Assert.Equal(inside ? labels.Labels[(sourceY * labels.Width) + sourceX] : (byte)255, actual.Labels[i]);
        }
    });

    [Fact]
    public void Enlarging_labels_by_a_whole_factor_repeats_each_pixel()
    {
        LabelMap big = ImageResizing.ResizeNearest(new LabelMap(2, 2, [1, 2, 3, 4]), 4, 4);
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], big.Labels);
        Assert.Equal([2, 1, 4, 3], ImageResizing.FlipHorizontally(new LabelMap(2, 2, [1, 2, 3, 4])).Labels);
        Assert.Equal([4, 255], ImageResizing.Crop(new LabelMap(2, 2, [1, 2, 3, 4]), 1, 1, 2, 1).Labels);
    }

    private static double Slow(RgbImage image, CropWindow window, int x, int y, int channel)
    {
        (double u, double v) = (window.X + x + 0.5, window.Y + y + 0.5);
        if (u < 0 || v < 0 || u >= window.ScaledWidth || v >= window.ScaledHeight) return 0;
        (double ratioX, double ratioY) = (image.Width / window.ScaledWidth, image.Height / window.ScaledHeight);
        (double sum, double weights) = (0, 0);
        for (int row = 0; row < image.Height; row++)
        {
            double down = Math.Max(0, 1 - (Math.Abs(row + 0.5 - (v * ratioY)) / Math.Max(1, ratioY)));
            for (int column = 0; column < image.Width; column++)
            {
                double weight = down * Math.Max(0, 1 - (Math.Abs(column + 0.5 - (u * ratioX)) / Math.Max(1, ratioX)));
                (sum, weights) = (sum + (weight * image.Pixels[(3 * ((row * image.Width) + column)) + channel]), weights + weight);
            }
        }

        return sum / weights;
    }

    private static double DistanceToEdge(double position) => Math.Abs(position - (16 * Math.Round(position / 16)));

    private static RgbImage Noise(int width, int height)
    {
        var image = new RgbImage(width, height);
        new Random(3).NextBytes(image.Pixels);
        return image;
    }
}
