using System.Numerics;

namespace UdaSeg.Demo.Scenes;

/// <summary>A small separable Gaussian blur with clamped borders.</summary>
internal static class Lens
{
    /// <param name="pixels">Row by row; not changed.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="sigma">In pixels; 0 or less returns the input.</param>
    public static Vector3[] Blur(Vector3[] pixels, int width, int height, float sigma)
    {
        if (sigma <= 0) return pixels;
        float[] weights = Weights(sigma);
        var rows = new Vector3[pixels.Length];
        var result = new Vector3[pixels.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++) rows[(y * width) + x] = Sum(pixels, weights, y * width, 1, x, width);
        }

        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++) result[(y * width) + x] = Sum(rows, weights, x, width, y, height);
        }

        return result;
    }

    private static Vector3 Sum(Vector3[] pixels, float[] weights, int start, int stride, int at, int count)
    {
        int radius = weights.Length - 1;
        Vector3 sum = pixels[start + (at * stride)] * weights[0];
        for (int k = 1; k <= radius; k++)
        {
            sum += (pixels[start + (Math.Max(at - k, 0) * stride)] + pixels[start + (Math.Min(at + k, count - 1) * stride)]) * weights[k];
        }

        return sum;
    }

    private static float[] Weights(float sigma)
    {
        float[] weights = new float[(int)Math.Ceiling(2.5f * sigma) + 1];
        for (int k = 0; k < weights.Length; k++) weights[k] = (float)Math.Exp(-k * k / (2.0 * sigma * sigma));
        float total = weights[0] + (2 * weights.Skip(1).Sum());
        for (int k = 0; k < weights.Length; k++) weights[k] /= total;
        return weights;
    }
}
