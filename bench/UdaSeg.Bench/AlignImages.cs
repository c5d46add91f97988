using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Bench;

/// <summary>A source image and a reference of another look.</summary>
internal static class AlignImages
{
    private static readonly string[] Types = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>The first and the last image below a folder, resized; or two synthetic ones when no folder is named.</summary>
    public static (RgbImage Source, RgbImage Reference) Pair(string folder, int width, int height)
    {
        if (folder.Length == 0) return (Synthetic(width, height, 1, 0.75, [0, 12, -8]), Synthetic(width, height, 2, 1.1, [6, -4, 14]));
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => Types.Contains(Path.GetExtension(f))).Order()];
        if (files.Length < 2) throw new ArgumentException($"'{folder}' holds fewer than two images.");
        return (Read(files[0]), Read(files[^1]));

        RgbImage Read(string file) => ImageResizing.Resize(new SkiaImageCodec().Decode(File.ReadAllBytes(file), ImageLimits.DefaultMaxPixels), width, height);
    }

    /// <summary>Broad waves of light, edges, and a little noise, as photographs have them.</summary>
    private static RgbImage Synthetic(int width, int height, int seed, double gain, double[] tint)
    {
        var image = new RgbImage(width, height);
        var random = new Random(seed);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double light = 105 + (60 * Math.Sin((x * 0.004) + seed)) + (45 * Math.Cos(y * 0.006)) + (x / 90 % 3 * 14) - (y / 70 % 2 * 18);
                for (int c = 0; c < 3; c++)
                {
                    double colour = 18 * Math.Sin((x * 0.01 * (c + 1)) + (y * 0.013) + (seed * c));
                    image.Pixels[(3 * ((y * width) + x)) + c] = (byte)Math.Clamp((gain * (light + colour)) + tint[c] + random.Next(-5, 6), 0, 255);
                }
            }
        }

        return image;
    }
}
