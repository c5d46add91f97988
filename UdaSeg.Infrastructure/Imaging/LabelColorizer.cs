using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>Shows label maps in their space's colours.</summary>
internal static class LabelColorizer
{
    /// <returns>The class's colour a pixel; black where the pixel is ignored.</returns>
    public static RgbImage Colorize(LabelMap map, LabelSpace space) => Colorize(map, Colors(space));

    /// <returns>The colour that the file's own palette gives a pixel.</returns>
    public static RgbImage Colorize(LabelFile file)
    {
        var colors = new int[256];
        file.Palette.CopyTo(colors, 0);
        return Colorize(file.ToMap(), colors);
    }

    private static RgbImage Colorize(LabelMap map, int[] colors)
    {
        var result = new RgbImage(map.Width, map.Height, PixelPool.Rent<byte>(3 * map.Width * map.Height));
        for (int i = 0, at = 0; i < map.Labels.Length; i++, at += 3)
        {
            int color = Math.Max(0, colors[map.Labels[i]]);
            (result.Pixels[at], result.Pixels[at + 1], result.Pixels[at + 2]) = ((byte)(color >> 16), (byte)(color >> 8), (byte)color);
        }

        return result;
    }

    /// <param name="image">Of the map's size.</param>
    /// <param name="map">Class indices.</param>
    /// <param name="space">Gives the colours.</param>
    /// <param name="alpha">The colour's share, 0..1.</param>
    /// <returns>Image and colour blended; the image alone where the pixel is ignored.</returns>
    public static RgbImage Overlay(RgbImage image, LabelMap map, LabelSpace space, double alpha = 0.5)
    {
        if ((image.Width, image.Height) != (map.Width, map.Height)) throw new ArgumentException("Image and label map differ in size.", nameof(map));
        int[] colors = Colors(space);
        int share = (int)Math.Round(alpha * 256);
        var result = new RgbImage(map.Width, map.Height, PixelPool.Rent<byte>(image.Pixels.Length));
        image.Pixels.CopyTo(result.Pixels, 0);
        for (int i = 0; i < map.Labels.Length; i++)
        {
            int color = colors[map.Labels[i]];
            if (color < 0) continue;
            Span<byte> pixel = result.Pixels.AsSpan(3 * i, 3);
            for (int channel = 0; channel < 3; channel++)
            {
                int over = (color >> (16 - (8 * channel))) & 255;
                pixel[channel] = (byte)(((pixel[channel] * (256 - share)) + (over * share) + 128) >> 8);
            }
        }

        return result;
    }

    // 0xRRGGBB by label; -1 for labels without a class.
    private static int[] Colors(LabelSpace space)
    {
        var colors = new int[256];
        Array.Fill(colors, -1);
        foreach (LabelClass c in space.Classes) colors[c.Index] = (c.Color[0] << 16) | (c.Color[1] << 8) | c.Color[2];
        return colors;
    }
}
