using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;
using UdaSeg.Domain.Images;

namespace UdaSeg.Demo.Scenes;

/// <summary>From samples to an 8-bit picture: haze, resolve, colour, lens, sensor.</summary>
internal static class Development
{
    private const int CurveSize = 1024;

    /// <summary>Averages factor × factor samples a pixel, each seen through its own length of haze.</summary>
    public static Vector3[] Resolve(Canvas canvas, int factor, CameraLook look)
    {
        int width = canvas.Width / factor, height = canvas.Height / factor;
        var pixels = new Vector3[width * height];
        float share = 1f / (factor * factor);
        for (int y = 0; y < canvas.Height; y++)
        {
            for (int x = 0; x < canvas.Width; x++)
            {
                int i = (y * canvas.Width) + x;
                Vector3 color = canvas.Colors[i];
                if (look.Haze > 0 && canvas.Nearness[i] > 0) color = Colors.Mix(look.HazeColor, color, Transmission(look.Haze / canvas.Nearness[i]));
                pixels[((y / factor) * width) + (x / factor)] += color * share;
            }
        }

        return pixels;
    }

    /// <summary>The class that covers most of a pixel's samples; among equals the one that comes first in the pixel's rows.</summary>
    public static byte[] ResolveLabels(Canvas canvas, int factor)
    {
        int width = canvas.Width / factor, height = canvas.Height / factor;
        byte[] labels = new byte[width * height];
        Span<byte> block = stackalloc byte[factor * factor];
        for (int i = 0; i < labels.Length; i++)
        {
            int row = i / width * factor, column = i % width * factor, best = 0;
            for (int k = 0; k < block.Length; k++) block[k] = canvas.Labels[((row + (k / factor)) * canvas.Width) + column + (k % factor)];
            foreach (byte label in block)
            {
                int count = block.Count(label);
                if (count > best) (best, labels[i]) = (count, label);
            }
        }

        return labels;
    }

    /// <summary>Saturation, white balance, vignette and exposure, in place.</summary>
    public static void Grade(Vector3[] pixels, int width, int height, CameraLook look)
    {
        float[] curve = Curve(look.ExposureGamma, look.BlackLevel);
        float cx = width / 2f, cy = height / 2f, corner = 1 / ((cx * cx) + (cy * cy));
        for (int i = 0; i < pixels.Length; i++)
        {
            float dx = (i % width) + 0.5f - cx, dy = (i / width) + 0.5f - cy, r = ((dx * dx) + (dy * dy)) * corner;
            Vector3 color = Colors.Mix(new Vector3(Colors.Luma(pixels[i])), pixels[i], look.Saturation) * look.Gain * (1 - (look.Vignette * r));
            pixels[i] = new Vector3(Lookup(curve, color.X), Lookup(curve, color.Y), Lookup(curve, color.Z));
        }
    }

    /// <summary>Adds the sensor's noise and rounds. Two hashes a pixel give four sums of four bytes, near enough to normal.</summary>
    public static RgbImage Expose(Vector3[] pixels, int width, int height, CameraLook look, uint seed)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < pixels.Length; i++)
        {
            Vector3 color = pixels[i] * 255;
            if (look.NoiseSigma > 0)
            {
                float light = Normal(i, seed) * look.NoiseSigma, tint = look.NoiseSigma / 2;
                color += new Vector3(light) + (new Vector3(Normal(i, seed + 1), Normal(i, seed + 2), Normal(i, seed + 3)) * tint);
            }

            image.Pixels[3 * i] = Byte(color.X);
            image.Pixels[(3 * i) + 1] = Byte(color.Y);
            image.Pixels[(3 * i) + 2] = Byte(color.Z);
        }

        return image;
    }

    /// <returns>e^(−x) to 2 % as (1 + x/8)^−8: no library function that could differ between machines.</returns>
    private static float Transmission(float x)
    {
        float q = 1 + (x / 8);
        q *= q;
        q *= q;
        return 1 / (q * q);
    }

    private static float[] Curve(float gamma, float black)
    {
        float[] curve = new float[CurveSize + 1];
        for (int i = 0; i <= CurveSize; i++) curve[i] = black + ((1 - black) * (float)Math.Pow(i / (double)CurveSize, gamma));
        return curve;
    }

    private static float Lookup(float[] curve, float value) => curve[(int)((Math.Clamp(value, 0, 1) * CurveSize) + 0.5f)];

    private static float Normal(int i, uint seed)
    {
        uint h = Noise.Hash(i, 0, seed);
        float sum = (h & 255) + ((h >> 8) & 255) + ((h >> 16) & 255) + (h >> 24);
        return (sum - 510) * (1 / 147.8f);
    }

    private static byte Byte(float value) => (byte)(Math.Clamp(value, 0, 255) + 0.5f);
}
