using System.Text.Json;
using SkiaSharp;
using UdaSeg.Domain.Images;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

/// <summary>The golden files of photometric alignment, and images made by formula.</summary>
internal static class GoldenImages
{
    public static readonly JsonElement Photometric = JsonDocument.Parse(File.ReadAllBytes(Locate("photometric.json"))).RootElement;

    public static string Locate(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);

    public static RgbImage Load(string name)
    {
        using var codec = SKCodec.Create(Locate(name));
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using SKBitmap bitmap = new(info);
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, bitmap.GetPixels()));
        var image = new RgbImage(info.Width, info.Height);
        ReadOnlySpan<byte> rgba = bitmap.GetPixelSpan();
        for (int i = 0; i < info.Width * info.Height; i++) rgba.Slice(4 * i, 3).CopyTo(image.Pixels.AsSpan(3 * i));
        return image;
    }

    /// <summary>Smooth, with all three channels varying between about 20 and 200.</summary>
    public static RgbImage Waves(int width, int height, double phase = 0, double gain = 1)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            int channel = i % 3, x = i / 3 % width, y = i / 3 / width;
            double value = 110 + (50 * Math.Sin((x * 0.11) + phase + channel)) + (40 * Math.Cos((y * 0.07) + (x * 0.013 * (channel + 1))));
            image.Pixels[i] = (byte)Math.Clamp(value * gain, 0, 255);
        }

        return image;
    }

    public static RgbImage Plain(int width, int height, byte red, byte green, byte blue)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i += 3) (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]) = (red, green, blue);
        return image;
    }

    /// <returns>Mean and 99th percentile of |difference| over all bytes, in levels.</returns>
    public static (double Mean, int Percentile99) Difference(RgbImage expected, RgbImage actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        int[] differences = [.. expected.Pixels.Zip(actual.Pixels, (e, a) => Math.Abs(e - a)).Order()];
        return (differences.Average(), differences[(int)(0.99 * (differences.Length - 1))]);
    }
}
