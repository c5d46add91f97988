using System.Numerics;

namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>As many pixels at a time as the processor's registers hold; tables where there is no vector form.</summary>
internal sealed class PortableKernel : PixelKernel
{
    private static int Lanes => Vector<float>.Count;

    public override void ToLab(ReadOnlySpan<byte> rgb, Span<float> l, Span<float> a, Span<float> b)
    {
        int count = rgb.Length / 3;
        ReadOnlySpan<float> table = SrgbTransfer.Table;
        for (int i = 0, p = 0; i < count; i++, p += 3) (l[i], a[i], b[i]) = (table[rgb[p]], table[rgb[p + 1]], table[rgb[p + 2]]);
        for (int i = 0; i < count; i += Lanes)
        {
            Vector<float> red = Load(l, i, count), green = Load(a, i, count), blue = Load(b, i, count);
            Vector<float> x = Compress(Row(LabMatrix.M, 0, red, green, blue)), y = Compress(Row(LabMatrix.M, 3, red, green, blue));
            Vector<float> z = Compress(Row(LabMatrix.M, 6, red, green, blue));
            Store((y * 116f) - new Vector<float>(16f), l, i, count);
            Store((x - y) * 500f, a, i, count);
            Store((y - z) * 200f, b, i, count);
        }
    }

    public override (double LightnessSum, int Clipped) ToSrgb(Span<float> l, Span<float> a, Span<float> b, Span<byte> rgb)
    {
        int count = rgb.Length / 3;
        double sum = 0;
        Vector<int> clipped = Vector<int>.Zero;
        for (int i = 0; i < count; i += Lanes)
        {
            // Lanes beyond the last pixel are black: L* 0, never clipped.
            Vector<float> fy = (Load(l, i, count) + new Vector<float>(16f)) * (1f / 116f);
            Vector<float> x = Expand(fy + (Load(a, i, count) * (1f / 500f))), z = Expand(fy - (Load(b, i, count) * (1f / 200f))), y = Expand(fy);
            Vector<float> red = Row(LabMatrix.W, 0, x, y, z), green = Row(LabMatrix.W, 3, x, y, z), blue = Row(LabMatrix.W, 6, x, y, z);
            Vector<float> low = Vector.Min(red, Vector.Min(green, blue)), high = Vector.Max(red, Vector.Max(green, blue));
            clipped -= Vector.LessThan(low, new Vector<float>(-LabColor.ClipTolerance));
            clipped -= Vector.AndNot(
                Vector.GreaterThan(high, new Vector<float>(1 + LabColor.ClipTolerance)), Vector.LessThan(low, new Vector<float>(-LabColor.ClipTolerance)));
            (red, green, blue) = (Clamp(red), Clamp(green), Clamp(blue));
            Store(red, l, i, count);
            Store(green, a, i, count);
            Store(blue, b, i, count);
            sum += Vector.Sum((Compress(Row(LabMatrix.M, 3, red, green, blue)) * 116f) - new Vector<float>(16f));
        }

        for (int i = 0, p = 0; i < count; i++, p += 3)
        {
            (rgb[p], rgb[p + 1], rgb[p + 2]) = (SrgbTransfer.Encode(l[i]), SrgbTransfer.Encode(a[i]), SrgbTransfer.Encode(b[i]));
        }

        return (sum, Vector.Sum(clipped));
    }

    public override void Power(Span<float> values, ChannelGrid grid, float gamma)
    {
        float range = grid.Max - grid.Min;
        var min = new Vector<float>(grid.Min);
        for (int i = 0; i < values.Length; i += Lanes)
        {
            // Zero gives exp(−∞) = 0.
            Vector<float> unit = Vector.Max(Vector<float>.Zero, (Load(values, i, values.Length) - min) * (1f / range));
            Store((Vector.Exp(Vector.Log(unit) * gamma) * range) + min, values, i, values.Length);
        }
    }

    public override void Match(Span<float> values, MatchTable table)
    {
        for (int i = 0; i < values.Length; i++) values[i] = table.Map(values[i]);
    }

    public override (double L, double A, double B) Count(ReadOnlySpan<byte> rgb, StyleCounts counts)
    {
        int pixels = rgb.Length / 3;
        Span<float> planes = stackalloc float[3 * Block];
        (double L, double A, double B) sums = (0, 0, 0);
        for (int start = 0; start < pixels; start += Block)
        {
            int count = Math.Min(Block, pixels - start);
            Span<float> l = planes[..count], a = planes.Slice(Block, count), b = planes.Slice(2 * Block, count);
            ToLab(rgb.Slice(3 * start, 3 * count), l, a, b);
            sums.L += Count(l, ChannelGrid.Lightness, counts.L);
            sums.A += Count(a, ChannelGrid.Chroma, counts.A);
            sums.B += Count(b, ChannelGrid.Chroma, counts.B);
        }

        return sums;
    }

    private static double Count(ReadOnlySpan<float> values, ChannelGrid grid, Span<int> counts)
    {
        float scale = 1f / grid.Width, shift = (-grid.Min * scale) + 0.5f, sum = 0;
        int last = grid.Bins - 1;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i];
            counts[(StyleCounts.Ways * Math.Clamp((int)((values[i] * scale) + shift), 0, last)) + (i % StyleCounts.Ways)]++;
        }

        return sum;
    }

    private static Vector<float> Compress(Vector<float> t) => Vector.ConditionalSelect(
        Vector.GreaterThan(t, new Vector<float>(CieConstants.Epsilon)),
        CubeRoot(t),
        (t * CieConstants.Slope) + new Vector<float>(CieConstants.Offset));

    private static Vector<float> Expand(Vector<float> f) => Vector.ConditionalSelect(
        Vector.GreaterThan(f, new Vector<float>(CieConstants.Knee)), f * f * f, (f - new Vector<float>(CieConstants.Offset)) * (1f / CieConstants.Slope));

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

    private static Vector<float> Row(float[] m, int row, Vector<float> x, Vector<float> y, Vector<float> z) =>
        (x * m[row]) + (y * m[row + 1]) + (z * m[row + 2]);

    private static Vector<float> Load(ReadOnlySpan<float> plane, int i, int count)
    {
        if (count - i >= Lanes) return new Vector<float>(plane[i..]);
        Span<float> padded = stackalloc float[Lanes];
        padded.Clear();
        plane[i..count].CopyTo(padded);
        return new Vector<float>(padded);
    }

    private static void Store(Vector<float> values, Span<float> plane, int i, int count)
    {
        if (count - i >= Lanes)
        {
            values.CopyTo(plane[i..]);
            return;
        }

        Span<float> padded = stackalloc float[Lanes];
        values.CopyTo(padded);
        padded[..(count - i)].CopyTo(plane[i..]);
    }
}
