using System.Numerics;

namespace UdaSeg.Domain.Photometry;

/// <summary>
/// 8-bit sRGB ↔ linear light ↔ XYZ (D65, 2° observer) ↔ CIE L*a*b* in float: L* 0..100, a* and b* signed (method, section 2).
/// Scalar functions are the reference; the span functions do the same for many pixels at once.
/// </summary>
public static class LabColor
{
    /// <summary>How far linear light may leave 0..1 before a pixel counts as clipped: far below one 8-bit level, far above rounding noise.</summary>
    public const float ClipTolerance = 1e-4f;

    private const float Epsilon = 216f / 24389f;
    private const float Slope = 841f / 108f;
    private const float Offset = 4f / 29f;
    private const float Knee = 6f / 29f;

    // Rows X/Xn, Y/Yn, Z/Zn of linear sRGB. Each row is divided by its own sum, so that every grey has a* = b* = 0.
    private static readonly double[] Forward = Normalised([0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.0721750, 0.0193339, 0.1191920, 0.9503041]);
    private static readonly double[] Inverse = Invert(Forward);
    private static readonly float[] M = Array.ConvertAll(Forward, v => (float)v);
    private static readonly float[] W = Array.ConvertAll(Inverse, v => (float)v);

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
        if (rgb.Length % 3 != 0 || l.Length < count || a.Length < count || b.Length < count) throw new ArgumentException("Three planes of one value a pixel are needed.");
        Linearise(rgb, l[..count], a[..count], b[..count]);
        int lanes = Vector<float>.Count, i = 0;
        for (; i <= count - lanes; i += lanes)
        {
            Vector<float> red = new(l[i..]), green = new(a[i..]), blue = new(b[i..]);
            Vector<float> x = Compress(Row(M, 0, red, green, blue)), y = Compress(Row(M, 3, red, green, blue)), z = Compress(Row(M, 6, red, green, blue));
            ((y * 116f) - new Vector<float>(16f)).CopyTo(l[i..]);
            ((x - y) * 500f).CopyTo(a[i..]);
            ((y - z) * 200f).CopyTo(b[i..]);
        }

        for (; i < count; i++)
        {
            (double lightness, double greenRed, double blueYellow) = FromSrgb(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]);
            (l[i], a[i], b[i]) = ((float)lightness, (float)greenRed, (float)blueYellow);
        }
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
        if (rgb.Length % 3 != 0 || l.Length < count || a.Length < count || b.Length < count) throw new ArgumentException("Three planes of one value a pixel are needed.");
        int lanes = Vector<float>.Count, i = 0;
        double sum = 0;
        Vector<int> clipped = Vector<int>.Zero;
        for (; i <= count - lanes; i += lanes) sum += Vector.Sum(Delinearise(l[i..], a[i..], b[i..], ref clipped));
        int clippedCount = Vector.Sum(clipped);
        if (i < count)
        {
            Span<float> tail = stackalloc float[3 * lanes];
            tail.Clear();
            l[i..count].CopyTo(tail);
            a[i..count].CopyTo(tail[lanes..]);
            b[i..count].CopyTo(tail[(2 * lanes)..]);
            Vector<int> tailClipped = Vector<int>.Zero;
            sum += Vector.Sum(Delinearise(tail, tail[lanes..], tail[(2 * lanes)..], ref tailClipped)); // Padding is black: L* 0, never clipped.
            clippedCount += Vector.Sum(tailClipped);
            tail[..(count - i)].CopyTo(l[i..]);
            tail.Slice(lanes, count - i).CopyTo(a[i..]);
            tail.Slice(2 * lanes, count - i).CopyTo(b[i..]);
        }

        Encode(l, a, b, rgb);
        return (sum, clippedCount);
    }

    /// <summary>One vector of Lab in place to clamped linear R, G, B.</summary>
    /// <returns>L* of the clamped colours.</returns>
    private static Vector<float> Delinearise(Span<float> l, Span<float> a, Span<float> b, ref Vector<int> clipped)
    {
        Vector<float> fy = (new Vector<float>(l) + new Vector<float>(16f)) * (1f / 116f);
        Vector<float> x = Expand(fy + (new Vector<float>(a) * (1f / 500f))), z = Expand(fy - (new Vector<float>(b) * (1f / 200f))), y = Expand(fy);
        Vector<float> red = Row(W, 0, x, y, z), green = Row(W, 3, x, y, z), blue = Row(W, 6, x, y, z);
        Vector<float> low = Vector.Min(red, Vector.Min(green, blue)), high = Vector.Max(red, Vector.Max(green, blue));
        clipped -= Vector.LessThan(low, new Vector<float>(-ClipTolerance)) | Vector.GreaterThan(high, new Vector<float>(1 + ClipTolerance));
        (red, green, blue) = (Clamp(red), Clamp(green), Clamp(blue));
        red.CopyTo(l);
        green.CopyTo(a);
        blue.CopyTo(b);
        return (Compress(Row(M, 3, red, green, blue)) * 116f) - new Vector<float>(16f);
    }

    private static void Linearise(ReadOnlySpan<byte> rgb, Span<float> red, Span<float> green, Span<float> blue)
    {
        ReadOnlySpan<float> table = SrgbTransfer.Table;
        for (int i = 0, p = 0; i < red.Length && i < green.Length && i < blue.Length; i++, p += 3)
        {
            red[i] = table[rgb[p]];
            green[i] = table[rgb[p + 1]];
            blue[i] = table[rgb[p + 2]];
        }
    }

    private static void Encode(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, Span<byte> rgb)
    {
        for (int i = 0, p = 0; p < rgb.Length; i++, p += 3)
        {
            rgb[p] = SrgbTransfer.Encode(red[i]);
            rgb[p + 1] = SrgbTransfer.Encode(green[i]);
            rgb[p + 2] = SrgbTransfer.Encode(blue[i]);
        }
    }

    private static Vector<float> Compress(Vector<float> t) =>
        Vector.ConditionalSelect(Vector.GreaterThan(t, new Vector<float>(Epsilon)), CubeRoot(t), (t * Slope) + new Vector<float>(Offset));

    private static Vector<float> Expand(Vector<float> f) =>
        Vector.ConditionalSelect(Vector.GreaterThan(f, new Vector<float>(Knee)), f * f * f, (f - new Vector<float>(Offset)) * (1f / Slope));

    /// <summary>A third of the exponent as first guess (3.4 % off at most), then two steps of Halley's method: cubic convergence, so float precision.</summary>
    private static Vector<float> CubeRoot(Vector<float> x)
    {
        Vector<float> third = Vector.ConvertToSingle(Vector.AsVectorInt32(x)) * (1f / 3f);
        Vector<float> y = Vector.AsVectorSingle(Vector.ConvertToInt32(third) + new Vector<int>(0x2A5119F2));
        y = Halley(y, x);
        return Halley(y, x);
    }

    private static Vector<float> Halley(Vector<float> y, Vector<float> x)
    {
        Vector<float> cube = y * y * y;
        return y * ((cube + x + x) / (cube + cube + x));
    }

    private static Vector<float> Clamp(Vector<float> v) => Vector.Min(Vector.Max(v, Vector<float>.Zero), Vector<float>.One);

    private static Vector<float> Row(float[] m, int row, Vector<float> x, Vector<float> y, Vector<float> z) => (x * m[row]) + (y * m[row + 1]) + (z * m[row + 2]);

    private static double Row(double[] m, int row, double x, double y, double z) => (m[row] * x) + (m[row + 1] * y) + (m[row + 2] * z);

    private static double Compress(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (t * 841 / 108) + (4.0 / 29);

    private static double Expand(double f) => f > 6.0 / 29 ? f * f * f : (f - (4.0 / 29)) * 108 / 841;

    private static byte Code(double linear) => (byte)Math.Round(255 * SrgbTransfer.EncodeExact(Math.Clamp(linear, 0, 1)), MidpointRounding.AwayFromZero);

    private static double[] Normalised(double[] m) => [.. m.Select((v, i) => v / (m[i / 3 * 3] + m[(i / 3 * 3) + 1] + m[(i / 3 * 3) + 2]))];

    /// <summary>Inverse of a 3×3 matrix by cofactors.</summary>
    private static double[] Invert(double[] m)
    {
        double Cofactor(int r, int c) =>
            (m[((r + 1) % 3 * 3) + ((c + 1) % 3)] * m[((r + 2) % 3 * 3) + ((c + 2) % 3)]) - (m[((r + 1) % 3 * 3) + ((c + 2) % 3)] * m[((r + 2) % 3 * 3) + ((c + 1) % 3)]);
        double determinant = (m[0] * Cofactor(0, 0)) + (m[1] * Cofactor(0, 1)) + (m[2] * Cofactor(0, 2));
        return [.. Enumerable.Range(0, 9).Select(i => Cofactor(i % 3, i / 3) / determinant)];
    }
}
