using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>
/// Sixteen pixels at a time in 512-bit registers. The last pixels of a span go through a padded copy, so that the loops in <see cref="WideLoops"/> know
/// whole groups only and hold no calls, for which registers would have to be saved.
/// </summary>
internal sealed class WideKernel : PixelKernel
{
    private const int Lanes = WideLoops.Lanes;

    /// <summary>Pixels are loaded 64 bytes at a time, of which a group uses 48: so many pixels at a span's end may not be loaded in place.</summary>
    private const int Tail = 2 * Lanes;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512BW.IsSupported && Avx512Vbmi.IsSupported;

    public override void ToLab(ReadOnlySpan<byte> rgb, Span<float> l, Span<float> a, Span<float> b)
    {
        int count = rgb.Length / 3, whole = Math.Max(0, (rgb.Length - 16) / (3 * Lanes) * Lanes);
        WideLoops.ToLab(ref Start(rgb), ref Start(l), ref Start(a), ref Start(b), whole);
        if (whole == count) return;
        Span<byte> pixels = stackalloc byte[(3 * Tail) + 16];
        Span<float> lab = stackalloc float[3 * Tail];
        pixels.Clear();
        rgb[(3 * whole)..].CopyTo(pixels);
        WideLoops.ToLab(ref Start(pixels), ref lab[0], ref lab[Tail], ref lab[2 * Tail], Tail);
        lab[..(count - whole)].CopyTo(l[whole..]);
        lab.Slice(Tail, count - whole).CopyTo(a[whole..]);
        lab.Slice(2 * Tail, count - whole).CopyTo(b[whole..]);
    }

    public override (double LightnessSum, int Clipped) ToSrgb(Span<float> l, Span<float> a, Span<float> b, Span<byte> rgb)
    {
        int count = rgb.Length / 3, whole = count / Lanes * Lanes;
        (double sum, int clipped) = WideLoops.ToLinear(ref Start(l), ref Start(a), ref Start(b), whole);
        WideLoops.Encode(ref Start(l), ref Start(a), ref Start(b), ref Start(rgb), whole);
        if (whole == count) return (sum, clipped);
        Span<float> lab = stackalloc float[3 * Lanes];
        Span<byte> pixels = stackalloc byte[3 * Lanes];
        lab.Clear(); // Pixels beyond the last are black: L* 0, never clipped.
        l[whole..count].CopyTo(lab);
        a[whole..count].CopyTo(lab[Lanes..]);
        b[whole..count].CopyTo(lab[(2 * Lanes)..]);
        (double lastSum, int lastClipped) = WideLoops.ToLinear(ref lab[0], ref lab[Lanes], ref lab[2 * Lanes], Lanes);
        WideLoops.Encode(ref lab[0], ref lab[Lanes], ref lab[2 * Lanes], ref pixels[0], Lanes);
        pixels[..(rgb.Length - (3 * whole))].CopyTo(rgb[(3 * whole)..]);
        return (sum + lastSum, clipped + lastClipped);
    }

    public override void Power(Span<float> values, ChannelGrid grid, float gamma)
    {
        int whole = values.Length / Lanes * Lanes;
        WideLoops.Power(ref Start(values), whole, grid.Min, grid.Max - grid.Min, gamma);
        if (whole == values.Length) return;
        Span<float> last = stackalloc float[Lanes];
        last.Clear();
        values[whole..].CopyTo(last);
        WideLoops.Power(ref last[0], Lanes, grid.Min, grid.Max - grid.Min, gamma);
        last[..(values.Length - whole)].CopyTo(values[whole..]);
    }

    public override void Match(Span<float> values, MatchTable table)
    {
        int whole = values.Length / Lanes * Lanes;
        WideLoops.Match(ref Start(values), whole, table);
        for (int i = whole; i < values.Length; i++) values[i] = table.Map(values[i]); // the same operations, one by one
    }

    public override (double L, double A, double B) Count(ReadOnlySpan<byte> rgb, StyleCounts counts) => new WideCounting(counts).Count(rgb);

    private static ref T Start<T>(ReadOnlySpan<T> span) => ref MemoryMarshal.GetReference(span);

    private static ref T Start<T>(Span<T> span) => ref MemoryMarshal.GetReference(span);
}
