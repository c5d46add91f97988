using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>A polynomial of up to degree 5 for 16 lanes. The degree is said at each call, so that unused terms cost nothing.</summary>
internal readonly struct WidePolynomial
{
    private readonly float _c0;
    private readonly float _c1;
    private readonly float _c2;
    private readonly float _c3;
    private readonly float _c4;
    private readonly float _c5;

    /// <param name="c">Coefficients of x⁰, x¹, …</param>
    public WidePolynomial(double[] c)
    {
        float At(int k) => k < c.Length ? (float)c[k] : 0;
        (_c0, _c1, _c2, _c3, _c4, _c5) = (At(0), At(1), At(2), At(3), At(4), At(5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Quadratic(Vector512<float> x) => Step(Step(Vector512.Create(_c2), x, _c1), x, _c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Quartic(Vector512<float> x) =>
        Step(Step(Step(Step(Vector512.Create(_c4), x, _c3), x, _c2), x, _c1), x, _c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Quintic(Vector512<float> x) =>
        Step(Step(Step(Step(Step(Vector512.Create(_c5), x, _c4), x, _c3), x, _c2), x, _c1), x, _c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Step(Vector512<float> sum, Vector512<float> x, float c) => Avx512F.FusedMultiplyAdd(sum, x, Vector512.Create(c));
}
