using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static UdaSeg.Domain.Photometry.Kernels.WideCurves;

namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>
/// Histograms of Lab values. Arithmetic fills the vector units and counting the store units, so both are done side by side: while one block of pixels is
/// converted, the block before it is counted.
/// </summary>
internal ref struct WideCounting(StyleCounts counts)
{
    private const int Lanes = WideLoops.Lanes;

    // Shorter than a map's: the counters want a part of the cache.
    private const int Block = PixelKernel.Block / 2;
    private const int Stride = Block + 48;

    private readonly ref int _l = ref MemoryMarshal.GetReference(counts.L);
    private readonly ref int _a = ref MemoryMarshal.GetReference(counts.A);
    private readonly ref int _b = ref MemoryMarshal.GetReference(counts.B);
    private Vector512<float> _sumL;

    // In units of f: still to be multiplied by 500 and 200.
    private Vector512<float> _sumA;
    private Vector512<float> _sumB;

    /// <returns>The sums of L*, a*, b*.</returns>
    [SkipLocalsInit]
    public (double L, double A, double B) Count(ReadOnlySpan<byte> rgb)
    {
        // Two sets of planes; each holds linear light, then the places of the counters. What is counted first is nothing yet.
        Span<float> now = PixelKernel.Aligned(stackalloc float[(3 * Stride) + PixelKernel.AlignmentSlack]);
        Span<float> before = PixelKernel.Aligned(stackalloc float[(3 * Stride) + PixelKernel.AlignmentSlack]);
        Span<byte> last = stackalloc byte[(3 * Block) + 16];
        int pixels = rgb.Length / 3, counted = 0;
        for (int start = 0; start < pixels; start += Block)
        {
            int count = Math.Min(Block, pixels - start);
            scoped ReadOnlySpan<byte> block = rgb[(3 * start)..];
            if (block.Length < last.Length)
            {
                last.Clear(); // Pixels beyond the last are black: they add nothing to the sums, and are not counted.
                block.CopyTo(last);
                block = last;
            }

            ConvertAndCount(ref MemoryMarshal.GetReference(block), ref now[0], (count + Lanes - 1) / Lanes * Lanes, ref before[0], counted);
            Span<float> swap = before;
            before = now;
            now = swap;
            counted = count;
        }

        Increment(ref before[0], 0, counted);
        return (Vector512.Sum(_sumL), 500 * Vector512.Sum(_sumA), 200 * Vector512.Sum(_sumB));
    }

    private void ConvertAndCount(ref byte rgb, ref float now, int count, ref float before, int counted)
    {
        ref float l = ref now, a = ref Unsafe.Add(ref now, Stride), b = ref Unsafe.Add(ref now, 2 * Stride);
        ref int countsL = ref _l, countsA = ref _a, countsB = ref _b;
        Vector512<float> sumL = _sumL, sumA = _sumA, sumB = _sumB;
        int whole = Math.Min(count, counted / Lanes * Lanes), i = 0;
        for (; i < whole; i += Lanes)
        {
            WideLoops.LineariseGroup(ref rgb, ref l, ref a, ref b, (nuint)i);
            IncrementHalf(ref countsL, ref countsA, ref countsB, ref Unsafe.Add(ref before, i));
        }

        for (; i < count; i += Lanes) WideLoops.LineariseGroup(ref rgb, ref l, ref a, ref b, (nuint)i);
        for (i = 0; i < count; i += Lanes)
        {
            (Vector512<float> x, Vector512<float> y, Vector512<float> z) = WideLoops.CompressGroup(ref l, ref a, ref b, (nuint)i);
            Vector512<float> lightness = Fma(y, Vector512.Create(116f), Vector512.Create(-16f)), greenRed = x - y, blueYellow = y - z;
            (sumL, sumA, sumB) = (sumL + lightness, sumA + greenRed, sumB + blueYellow);
            Counters(lightness, 1, ChannelGrid.Lightness).StoreUnsafe(ref l, (nuint)i);
            Counters(greenRed, 500, ChannelGrid.Chroma).StoreUnsafe(ref a, (nuint)i);
            Counters(blueYellow, 200, ChannelGrid.Chroma).StoreUnsafe(ref b, (nuint)i);
            if (i >= whole) continue;
            IncrementHalf(ref countsL, ref countsA, ref countsB, ref Unsafe.Add(ref before, i + (Lanes / 2)));
        }

        (_sumL, _sumA, _sumB) = (sumL, sumA, sumB);
        Increment(ref before, whole, counted);
    }

    /// <summary>
    /// Where the counters of 16 values lie, as bits: two counters a bin, for even and odd pixels. No 8-bit colour leaves the grids, so nothing is clamped.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Counters(Vector512<float> values, float unit, ChannelGrid grid)
    {
        float scale = StyleCounts.Ways / grid.Width;
        Vector512<float> position = Fma(values, Vector512.Create(unit * scale), Vector512.Create((-grid.Min * scale) + (0.5f * StyleCounts.Ways)));
        Vector512<int> counter = Avx512F.ConvertToVector512Int32WithTruncation(position), way = Vector512.Create(StyleCounts.Ways - 1);
        return ((counter & ~way) | (Vector512<int>.Indices & way)).AsSingle();
    }

    /// <summary>Counts eight pixels, channel by channel in turn: pixels side by side often share a counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void IncrementHalf(ref int countsL, ref int countsA, ref int countsB, ref float counters)
    {
        ref uint counter = ref Unsafe.As<float, uint>(ref counters);
        for (nuint k = 0; k < Lanes / 2; k++)
        {
            Unsafe.Add(ref countsL, Unsafe.Add(ref counter, k))++;
            Unsafe.Add(ref countsA, Unsafe.Add(ref counter, k + Stride))++;
            Unsafe.Add(ref countsB, Unsafe.Add(ref counter, k + (2 * Stride)))++;
        }
    }

    private readonly void Increment(ref float counters, int from, int to)
    {
        ref uint counter = ref Unsafe.As<float, uint>(ref counters);
        for (int k = from; k < to; k++)
        {
            Unsafe.Add(ref _l, Unsafe.Add(ref counter, k))++;
            Unsafe.Add(ref _a, Unsafe.Add(ref counter, Stride + k))++;
            Unsafe.Add(ref _b, Unsafe.Add(ref counter, (2 * Stride) + k))++;
        }
    }
}
