using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static UdaSeg.Domain.Photometry.Kernels.WideCurves;

namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>
/// Loops over whole groups of 16 pixels; counts are multiples of 16. The ways there and back take two passes each, through memory that stays in the cache:
/// shorter chains of dependent operations leave room for several groups under way at once.
/// </summary>
internal static class WideLoops
{
    public const int Lanes = 16;

    /// <summary>So far black and white may leave 0..1 by rounding; encoding bears it without a clamp.</summary>
    private const float Rounding = 1e-6f;

    // Byte 0 of lane i takes byte 3i + channel.
    private static readonly Vector512<byte> Red = Bytes(i => 3 * (i / 4));
    private static readonly Vector512<byte> Green = Bytes(i => (3 * (i / 4)) + 1);
    private static readonly Vector512<byte> Blue = Bytes(i => (3 * (i / 4)) + 2);

    // The first three bytes of every lane, side by side.
    private static readonly Vector512<byte> Pack = Bytes(i => i < 48 ? (i / 3 * 4) + (i % 3) : 0);

    /// <param name="rgb">3 bytes a pixel, and 16 more that may be read.</param>
    /// <param name="l">Receives the values.</param>
    /// <param name="a">Receives the values.</param>
    /// <param name="b">Receives the values.</param>
    /// <param name="count">Pixels.</param>
    public static void ToLab(ref byte rgb, ref float l, ref float a, ref float b, int count)
    {
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            LineariseGroup(ref rgb, ref l, ref a, ref b, i);
        }

        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            (Vector512<float> x, Vector512<float> y, Vector512<float> z) = CompressGroup(ref l, ref a, ref b, i);
            Fma(y, Vector512.Create(116f), Vector512.Create(-16f)).StoreUnsafe(ref l, i);
            ((x - y) * Vector512.Create(500f)).StoreUnsafe(ref a, i);
            ((y - z) * Vector512.Create(200f)).StoreUnsafe(ref b, i);
        }
    }

    /// <summary>Lab in place to linear R, G, B within 0..1.</summary>
    /// <returns>The sum of L* of the clamped colours, and how many pixels needed clamping.</returns>
    public static (double LightnessSum, int Clipped) ToLinear(ref float l, ref float a, ref float b, int count)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        Vector512<int> clipped = Vector512<int>.Zero;
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector512<float> lightness = Vector512.LoadUnsafe(ref l, i);
            Vector512<float> fy = Fma(lightness, Vector512.Create(1 / 116f), Vector512.Create(16 / 116f));
            Vector512<float> x = Expand(Fma(Vector512.LoadUnsafe(ref a, i), Vector512.Create(1 / 500f), fy));
            Vector512<float> z = Expand(Fma(Vector512.LoadUnsafe(ref b, i), Vector512.Create(-1 / 200f), fy)), y = Expand(fy);
            Vector512<float> red = Row(LabMatrix.W, 0, x, y, z), green = Row(LabMatrix.W, 3, x, y, z), blue = Row(LabMatrix.W, 6, x, y, z);
            Vector512<float> low = Avx512F.Min(red, Avx512F.Min(green, blue)), high = Avx512F.Max(red, Avx512F.Max(green, blue));
            Vector512<float> outside = Outside(low, high, Rounding);
            if (outside.AsInt32() != Vector512<int>.Zero)
            {
                (red, green, blue) = (Clamp(red), Clamp(green), Clamp(blue));
                Vector512<float> clamped = Fma(Compress(Row(LabMatrix.M, 3, red, green, blue)), Vector512.Create(116f), Vector512.Create(-16f));
                lightness = Vector512.ConditionalSelect(outside, clamped, lightness);
                clipped -= Outside(low, high, LabColor.ClipTolerance).AsInt32();
            }

            sum += lightness;
            red.StoreUnsafe(ref l, i);
            green.StoreUnsafe(ref a, i);
            blue.StoreUnsafe(ref b, i);
        }

        return (Vector512.Sum(sum), Vector512.Sum(clipped));
    }

    /// <summary>Linear R, G, B to interleaved codes. Never writes beyond the last pixel, as a caller's input may lie there.</summary>
    public static void Encode(ref float red, ref float green, ref float blue, ref byte rgb, int count)
    {
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector512<int> r = WideCurves.Encode(Vector512.LoadUnsafe(ref red, i)), g = WideCurves.Encode(Vector512.LoadUnsafe(ref green, i));
            Vector512<int> b = WideCurves.Encode(Vector512.LoadUnsafe(ref blue, i));
            Vector512<byte> packed = Avx512Vbmi.PermuteVar64x8((r | (g << 8) | (b << 16)).AsByte(), Pack);
            packed.GetLower().StoreUnsafe(ref rgb, 3 * i);
            packed.GetUpper().GetLower().StoreUnsafe(ref rgb, (3 * i) + 32);
        }
    }

    /// <summary>v ↦ v^γ in place, on the range normalised to 0..1.</summary>
    public static void Power(ref float values, int count, float min, float range, float gamma)
    {
        const float Least = 1e-37f; // Stands for zero: its power is nothing, too.
        Vector512<float> scale = Vector512.Create(1 / range), shift = Vector512.Create(-min / range), exponent = Vector512.Create(gamma);
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            Vector512<float> unit = Avx512F.Max(Fma(Vector512.LoadUnsafe(ref values, i), scale, shift), Vector512.Create(Least));
            Fma(WideCurves.Power(unit, exponent), Vector512.Create(range), Vector512.Create(min)).StoreUnsafe(ref values, i);
        }
    }

    /// <summary>Maps in place as <see cref="MatchTable.Map(float)"/> does.</summary>
    public static unsafe void Match(ref float values, int count, MatchTable table)
    {
        Vector512<float> scale = Vector512.Create(table.Scale), shift = Vector512.Create(table.Shift), top = Vector512.Create(table.Top);
        Vector512<int> even = Vector512.CreateSequence(0, 2), odd = Vector512.CreateSequence(1, 2);
        fixed (float* cells = table.Cells)
        {
            for (nuint i = 0; i < (nuint)count; i += Lanes)
            {
                Vector512<float> position = Fma(Vector512.LoadUnsafe(ref values, i), scale, shift);
                position = Avx512F.Min(Avx512F.Max(position, Vector512<float>.Zero), top);
                Vector512<int> bin = Avx512F.ConvertToVector512Int32WithTruncation(position);
                Vector512<float> inside = position - Vector512.ConvertToSingle(bin);
                Vector512<float> first = Pairs(cells, bin.GetLower()), second = Pairs(cells, bin.GetUpper());
                Vector512<float> start = Avx512F.PermuteVar16x32x2(first, even, second), rise = Avx512F.PermuteVar16x32x2(first, odd, second);
                Fma(inside, rise, start).StoreUnsafe(ref values, i);
            }
        }
    }

    /// <summary>Sixteen pixels to linear light, by channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LineariseGroup(ref byte rgb, ref float red, ref float green, ref float blue, nuint i)
    {
        Vector512<byte> pixels = Vector512.LoadUnsafe(ref rgb, 3 * i);
        Decode(Channel(pixels, Red)).StoreUnsafe(ref red, i);
        Decode(Channel(pixels, Green)).StoreUnsafe(ref green, i);
        Decode(Channel(pixels, Blue)).StoreUnsafe(ref blue, i);
    }

    /// <summary>Sixteen linear colours to f(X/Xn), f(Y/Yn), f(Z/Zn): L* = 116y − 16, a* = 500(x − y), b* = 200(y − z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> X, Vector512<float> Y, Vector512<float> Z) CompressGroup(ref float r, ref float g, ref float b, nuint i)
    {
        Vector512<float> red = Vector512.LoadUnsafe(ref r, i), green = Vector512.LoadUnsafe(ref g, i), blue = Vector512.LoadUnsafe(ref b, i);
        return (
            Compress(Row(LabMatrix.M, 0, red, green, blue)),
            Compress(Row(LabMatrix.M, 3, red, green, blue)),
            Compress(Row(LabMatrix.M, 6, red, green, blue)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Channel(Vector512<byte> pixels, Vector512<byte> channel) =>
        Avx512Vbmi.PermuteVar64x8(pixels, channel).AsInt32() & Vector512.Create(255);

    /// <summary>Eight look-ups of two floats that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<float> Pairs(float* cells, Vector256<int> bin)
    {
        Vector256<long> low = Avx2.GatherVector256((long*)cells, bin.GetLower(), 8), high = Avx2.GatherVector256((long*)cells, bin.GetUpper(), 8);
        return Vector512.Create(low, high).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Row(float[] m, int row, Vector512<float> x, Vector512<float> y, Vector512<float> z) =>
        Fma(z, Vector512.Create(m[row + 2]), Fma(y, Vector512.Create(m[row + 1]), x * Vector512.Create(m[row])));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Outside(Vector512<float> low, Vector512<float> high, float tolerance) =>
        Vector512.LessThan(low, Vector512.Create(-tolerance)) | Vector512.GreaterThan(high, Vector512.Create(1 + tolerance));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Clamp(Vector512<float> v) => Avx512F.Min(Avx512F.Max(v, Vector512<float>.Zero), Vector512<float>.One);

    private static Vector512<byte> Bytes(Func<int, int> index) =>
        Vector512.Create<byte>([.. Enumerable.Range(0, Vector512<byte>.Count).Select(i => (byte)index(i))]);
}
