using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>
/// The curves of colour conversion for 16 lanes without a division or a look-up in memory: the argument's leading bits choose one of 32 cells, and a short
/// polynomial runs inside it. Errors are those of float arithmetic, some 1e-7 of the value.
/// </summary>
internal static class WideCurves
{
    private const int CellsIn256 = 24;

    // sRGB decoding: the curve's linear start, codes 0..10, is cell 0; the power law above it lies in 23 more cells, a cubic of the code in each.
    private static readonly double[][] DecodeCubics = [.. Enumerable.Range(0, 32).Select(DecodeCubic)];
    private static readonly WideTable Decode0 = WideTable.Of(i => DecodeCubics[i][0]);
    private static readonly WideTable Decode1 = WideTable.Of(i => DecodeCubics[i][1]);
    private static readonly WideTable Decode2 = WideTable.Of(i => DecodeCubics[i][2]);
    private static readonly WideTable Decode3 = WideTable.Of(i => DecodeCubics[i][3]);

    // Cube root on 2^-7..2 (below is CIE's line): three exponent bits and two mantissa bits choose the cell.
    private static readonly WidePolynomial Root = new(Polynomial.Fit(r => Math.Cbrt(1 + r), -1 / 9.0, 1 / 9.0, 4));
    private static readonly WideTable RootOfCenter = WideTable.Of(i => Math.Cbrt(Center(120 + (i >> 2), i & 3, 4)));
    private static readonly WideTable RootInverse = WideTable.Of(i => 1 / Center(120 + (i >> 2), i & 3, 4));

    // sRGB encoding on 2^-15..2, to codes 0..255 plus a half: four exponent bits and one mantissa bit choose the cell.
    private static readonly WidePolynomial EncodeRatio = new(Polynomial.Fit(r => Math.Pow(1 + r, 1 / 2.4), -0.2, 0.2, 5));
    private static readonly WideTable EncodeOfCenter = WideTable.Of(i => 255 * 1.055 * Math.Pow(Center(112 + (i >> 1), i & 1, 2), 1 / 2.4));
    private static readonly WideTable EncodeInverse = WideTable.Of(i => 1 / Center(112 + (i >> 1), i & 1, 2));

    // Binary logarithm: the mantissa's leading five bits choose the cell. Power of two: the fraction −½..½.
    private static readonly WidePolynomial Log = new(Polynomial.Fit(r => Math.Abs(r) < 1e-9 ? 1 / Math.Log(2) : Math.Log2(1 + r) / r, -1 / 65.0, 1 / 65.0, 2));
    private static readonly WideTable LogOfCenter = WideTable.Of(i => Math.Log2(Center(127, i, 32)));
    private static readonly WideTable LogInverse = WideTable.Of(i => 1 / Center(127, i, 32));
    private static readonly WidePolynomial Exp = new(Polynomial.Fit(r => Math.Pow(2, r), -0.5, 0.5, 5));

    /// <summary>8-bit sRGB codes to linear light.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Decode(Vector512<int> code)
    {
        Vector512<float> c = Vector512.ConvertToSingle(code);
        Vector512<int> cell = Avx512BW.MultiplyHigh(code.AsUInt16(), Vector512.Create((ushort)(CellsIn256 * 256))).AsInt32(); // code · cells / 256
        return Fma(Fma(Fma(Decode3.At(cell), c, Decode2.At(cell)), c, Decode1.At(cell)), c, Decode0.At(cell));
    }

    /// <summary>Linear light 0..1 to the nearest 8-bit sRGB code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Encode(Vector512<float> linear)
    {
        Vector512<int> cell = linear.AsInt32() >>> 22;
        Vector512<float> r = Fma(linear, EncodeInverse.At(cell), Vector512.Create(-1f));
        Vector512<float> p = EncodeRatio.Quintic(r);
        Vector512<float> curve = Fma(p, EncodeOfCenter.At(cell), Vector512.Create(0.5f - (255 * 0.055f)));
        Vector512<float> line = Fma(linear, Vector512.Create(255 * 12.92f), Vector512.Create(0.5f));
        return Avx512F.ConvertToVector512Int32WithTruncation(
            Vector512.ConditionalSelect(Vector512.GreaterThan(linear, Vector512.Create(0.0031308f)), curve, line));
    }

    /// <summary>CIE's f: the cube root, and a line near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Compress(Vector512<float> t)
    {
        Vector512<int> cell = t.AsInt32() >>> 21;
        Vector512<float> r = Fma(t, RootInverse.At(cell), Vector512.Create(-1f));
        Vector512<float> root = Root.Quartic(r) * RootOfCenter.At(cell);
        Vector512<float> line = Fma(t, Vector512.Create(CieConstants.Slope), Vector512.Create(CieConstants.Offset));
        return Vector512.ConditionalSelect(Vector512.GreaterThan(t, Vector512.Create(CieConstants.Epsilon)), root, line);
    }

    /// <summary>The inverse of <see cref="Compress"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Expand(Vector512<float> f)
    {
        Vector512<float> line = Fma(f, Vector512.Create(1 / CieConstants.Slope), Vector512.Create(-CieConstants.Offset / CieConstants.Slope));
        return Vector512.ConditionalSelect(Vector512.GreaterThan(f, Vector512.Create(CieConstants.Knee)), f * f * f, line);
    }

    /// <summary>v^γ for positive normal v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Power(Vector512<float> v, Vector512<float> gamma)
    {
        const byte ToOneToTwo = 0, ToNearest = 0;
        Vector512<int> cell = v.AsInt32() >>> 18;
        Vector512<float> r = Fma(Avx512F.GetMantissa(v, ToOneToTwo), LogInverse.At(cell), Vector512.Create(-1f));
        Vector512<float> log = Avx512F.GetExponent(v) + Fma(Log.Quadratic(r), r, LogOfCenter.At(cell));
        Vector512<float> exponent = log * gamma, whole = Avx512F.RoundScale(exponent, ToNearest);
        return Avx512F.Scale(Exp.Quintic(exponent - whole), whole);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Fma(Vector512<float> x, Vector512<float> y, Vector512<float> z) => Avx512F.FusedMultiplyAdd(x, y, z);

    private static double[] DecodeCubic(int cell) => cell == 0
        ? [0, 1 / (255 * 12.92), 0, 0]
        : Polynomial.Fit(
            code => Math.Pow(((code / 255.0) + 0.055) / 1.055, 2.4), Math.Ceiling(256.0 * cell / CellsIn256), Math.Ceiling(256.0 * (cell + 1) / CellsIn256) - 1, 3);

    /// <summary>The middle of a cell: the given biased exponent, and one of several equal parts of its octave.</summary>
    private static double Center(int exponent, int part, int parts) => Math.Pow(2, exponent - 127) * (1 + ((part + 0.5) / parts));
}
