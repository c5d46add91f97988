using System.Buffers;
using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>
/// Pixels by bin of L*, a*, b*, in rented memory. Every bin has two counters side by side, for even and odd pixels: neighbours are often alike, and a counter
/// that was just written is slow to read again.
/// </summary>
internal sealed class StyleCounts : IDisposable
{
    public const int Ways = 2;

    /// <summary>Pixels that a kernel counts at once: it sums their values in float.</summary>
    private const int Block = 4096;

    private const int All = Ways * (LightnessBins + (2 * ChromaBins));
    private const int LightnessBins = ChannelGrid.LightnessBins;
    private const int ChromaBins = ChannelGrid.ChromaBins;

    private readonly int[] _counts = ArrayPool<int>.Shared.Rent(All);

    private StyleCounts() => _counts.AsSpan(0, All).Clear();

    public Span<int> L => _counts.AsSpan(0, Ways * LightnessBins);

    public Span<int> A => _counts.AsSpan(Ways * LightnessBins, Ways * ChromaBins);

    public Span<int> B => _counts.AsSpan(Ways * (LightnessBins + ChromaBins), Ways * ChromaBins);

    /// <summary>Counts an image's pixels.</summary>
    /// <returns>The sums of L*, a*, b*, which do not depend on the number of threads; nor do the counts.</returns>
    public static (StyleCounts Counts, double L, double A, double B) Of(RgbImage image, int threads, PixelKernel kernel)
    {
        int pixels = image.Width * image.Height;
        var sums = new (double L, double A, double B)[PixelChunks.Count(pixels)];
        StyleCounts? all = null;
        PixelChunks.Run(
            pixels,
            threads,
            () => new StyleCounts(),
            (chunk, start, count, counts) => sums[chunk] = counts.Count(image.Pixels.AsSpan(3 * start, 3 * count), kernel),
            counts => all = all is null ? counts : all.Absorb(counts));
        (double l, double a, double b) = (0, 0, 0);
        foreach ((double L, double A, double B) sum in sums) (l, a, b) = (l + sum.L, a + sum.A, b + sum.B);
        return (all!, l, a, b);
    }

    public static ChannelHistogram Histogram(ChannelGrid grid, ReadOnlySpan<int> counts)
    {
        Span<int> sums = stackalloc int[LightnessBins];
        sums = sums[..grid.Bins];
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = 0;
            foreach (int count in counts.Slice(Ways * i, Ways)) sums[i] += count;
        }

        return ChannelHistogram.FromCounts(grid, sums);
    }

    public void Dispose() => ArrayPool<int>.Shared.Return(_counts);

    private (double L, double A, double B) Count(ReadOnlySpan<byte> rgb, PixelKernel kernel)
    {
        (double l, double a, double b) = (0, 0, 0);
        for (int start = 0; start < rgb.Length; start += 3 * Block)
        {
            (double L, double A, double B) sum = kernel.Count(rgb.Slice(start, Math.Min(3 * Block, rgb.Length - start)), this);
            (l, a, b) = (l + sum.L, a + sum.A, b + sum.B);
        }

        return (l, a, b);
    }

    private StyleCounts Absorb(StyleCounts other)
    {
        for (int i = 0; i < All; i++) _counts[i] += other._counts[i];
        other.Dispose();
        return this;
    }
}
