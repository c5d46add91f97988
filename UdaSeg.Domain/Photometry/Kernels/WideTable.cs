using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>A table of 32 floats in two registers, looked up for 16 lanes by one permutation; only the low five bits of an index count.</summary>
internal readonly struct WideTable(Vector512<float> low, Vector512<float> high)
{
    private readonly Vector512<float> _low = low;
    private readonly Vector512<float> _high = high;

    public static WideTable Of(Func<int, double> entry)
    {
        float[] values = [.. Enumerable.Range(0, 32).Select(i => (float)entry(i))];
        return new WideTable(Vector512.Create<float>(values), Vector512.Create<float>(values.AsSpan(16)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> At(Vector512<int> index) => Avx512F.PermuteVar16x32x2(_low, index, _high);
}
