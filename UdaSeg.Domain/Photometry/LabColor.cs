using UdaSeg.Domain.Photometry.Kernels;

namespace UdaSeg.Domain.Photometry;

/// <summary>
/// 8-bit sRGB ↔ linear light ↔ XYZ (D65, 2° observer) ↔ CIE L*a*b* in float: L* 0..100, a* and b* signed (method, section 2).
/// Scalar functions are the reference; the span functions do the same for many pixels at once.
/// </summary>
public static class LabColor
{
    /// <summary>How far linear light may leave 0..1 before a pixel counts as clipped: far below one 8-bit level, far above rounding noise.</summary>
    public const float ClipTolerance = 1e-4f;

    private static double[] Forward => LabMatrix.Forward;

    private static double[] Inverse => LabMatrix.Inverse;

    /// <summary>The scalar reference, in double precision.</summary>
    public static (double L, double A, double B) FromSrgb(byte red, byte green, byte blue)
    {
        double r = SrgbTransfer.DecodeExact(red / 255.0), g = SrgbTransfer.DecodeExact(green / 255.0), b = SrgbTransfer.DecodeExact(blue / 255.0);
        double x = Compress(Row(Forward, 0, r, g, b)), y = Compress(Row(Forward, 3, r, g, b)), z = Compress(Row(Forward, 6, r, g, b));
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    /// <summary>The scalar reference of the way back: clamped to 0..1 in linear light, encoded and rounded to the nearest code.</summary>
    public static (byte Red, byte Green, byte Blue) ToSrgb(double l, double a, double b)
    {
        double y = (l + 16) / 116;
        double x = Expand(y + (a / 500)), z = Expand(y - (b / 200));
        y = Expand(y);
        return (Code(Row(Inverse, 0, x, y, z)), Code(Row(Inverse, 3, x, y, z)), Code(Row(Inverse, 6, x, y, z)));
    }

    /// <param name="rgb">Interleaved R, G, B: <c>3n</c> bytes.</param>
    /// <param name="l">Receives n values, 0..100.</param>
    /// <param name="a">Receives n values, about −86..98.</param>
    /// <param name="b">Receives n values, about −108..94.</param>
    public static void ToLab(ReadOnlySpan<byte> rgb, Span<float> l, Span<float> a, Span<float> b)
    {
        int count = rgb.Length / 3;
        if (rgb.Length % 3 != 0 || l.Length < count || a.Length < count || b.Length < count)
        {
            throw new ArgumentException("Three planes of one value a pixel are needed.");
        }

        PixelKernel.Best.ToLab(rgb, l, a, b);
    }

    /// <summary>The way back for many pixels. The planes are used as working space and hold no Lab values afterwards.</summary>
    /// <param name="l">n values.</param>
    /// <param name="a">n values.</param>
    /// <param name="b">n values.</param>
    /// <param name="rgb">Receives <c>3n</c> bytes.</param>
    /// <returns>The sum of L* of the clamped colours, and how many pixels needed clamping.</returns>
    public static (double LightnessSum, int Clipped) ToSrgb(Span<float> l, Span<float> a, Span<float> b, Span<byte> rgb)
    {
        int count = rgb.Length / 3;
        if (rgb.Length % 3 != 0 || l.Length < count || a.Length < count || b.Length < count)
        {
            throw new ArgumentException("Three planes of one value a pixel are needed.");
        }

        (double Sum, int Clipped) all = (0, 0);
        for (int start = 0; start < count; start += PixelKernel.Block)
        {
            int end = Math.Min(count, start + PixelKernel.Block);
            (double sum, int clipped) = PixelKernel.Best.ToSrgb(l[start..end], a[start..end], b[start..end], rgb[(3 * start)..(3 * end)]);
            all = (all.Sum + sum, all.Clipped + clipped);
        }

        return all;
    }

    private static double Row(double[] m, int row, double x, double y, double z) => (m[row] * x) + (m[row + 1] * y) + (m[row + 2] * z);

    private static double Compress(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (t * 841 / 108) + (4.0 / 29);

    private static double Expand(double f) => f > 6.0 / 29 ? f * f * f : (f - (4.0 / 29)) * 108 / 841;

    private static byte Code(double linear) => (byte)Math.Round(255 * SrgbTransfer.EncodeExact(Math.Clamp(linear, 0, 1)), MidpointRounding.AwayFromZero);
}
