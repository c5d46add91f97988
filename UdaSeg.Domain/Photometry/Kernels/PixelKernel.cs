using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>
/// The work on pixels, a block at a time. One implementation runs on every processor, another uses 512-bit registers; both stay within float rounding of the
/// scalar reference in <see cref="LabColor"/>. What happens to a pixel depends on its colour alone, not on its place or its neighbours.
/// </summary>
internal abstract class PixelKernel
{
    /// <summary>Pixels a block, so that its three planes and the tables of a map stay in the first-level cache.</summary>
    public const int Block = 512;

    /// <summary>From plane to plane, in values: no divisor of 4 KB, as a load seems to depend on a store whose address differs by a multiple of that.</summary>
    public const int Stride = Block + 48;

    /// <summary>Floats that <see cref="Aligned"/> may skip.</summary>
    public const int AlignmentSlack = 15;

    public static PixelKernel Portable { get; } = new PortableKernel();

    /// <summary>The fastest that this processor runs.</summary>
    public static PixelKernel Best { get; } = WideKernel.IsSupported ? new WideKernel() : Portable;

    /// <param name="rgb">Interleaved R, G, B: <c>3n</c> bytes.</param>
    /// <param name="l">Receives n values.</param>
    /// <param name="a">Receives n values.</param>
    /// <param name="b">Receives n values.</param>
    public abstract void ToLab(ReadOnlySpan<byte> rgb, Span<float> l, Span<float> a, Span<float> b);

    /// <summary>The way back; the planes may be used as working space.</summary>
    /// <param name="l">n values.</param>
    /// <param name="a">n values.</param>
    /// <param name="b">n values.</param>
    /// <param name="rgb">Receives <c>3n</c> bytes.</param>
    /// <returns>The sum of L* of the clamped colours, and how many pixels needed clamping.</returns>
    public abstract (double LightnessSum, int Clipped) ToSrgb(Span<float> l, Span<float> a, Span<float> b, Span<byte> rgb);

    /// <summary>v ↦ v^γ in place, on the grid's range normalised to 0..1.</summary>
    public abstract void Power(Span<float> values, ChannelGrid grid, float gamma);

    /// <summary>Maps in place.</summary>
    public abstract void Match(Span<float> values, MatchTable table);

    /// <summary>Counts a block's Lab values.</summary>
    /// <returns>Their sums.</returns>
    public abstract (double L, double A, double B) Count(ReadOnlySpan<byte> rgb, StyleCounts counts);

    /// <summary>The part of some memory on the stack that begins with a cache line: a register's load that crosses two lines costs two.</summary>
    public static unsafe Span<float> Aligned(Span<float> stack)
    {
        nuint beyond = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(stack)) % 64;
        return stack[(int)((64 - beyond) % 64 / sizeof(float))..];
    }
}
