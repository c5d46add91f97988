using System.Runtime.CompilerServices;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry.Kernels;

namespace UdaSeg.Domain.Photometry;

/// <summary>What mapping pixels found.</summary>
/// <param name="MeanLightness">Mean L* of the mapped pixels after clamping, 0..100.</param>
/// <param name="ClippedShare">Share of pixels whose mapped colour lay outside sRGB, 0..1.</param>
public readonly record struct MapStatistics(double MeanLightness, double ClippedShare);

/// <summary>
/// A solved alignment: the operator of each Lab channel. It is found from the profiles of whole images and may then map any part of the source,
/// for instance only the crop that training needs. Immutable; safe to use from several threads.
/// </summary>
public sealed class PhotometricMap
{
    private readonly MatchTable?[] _tables;
    private readonly double[] _gammas;

    private PhotometricMap(double[] gammas, MatchTable?[] tables) => (_gammas, _tables) = (gammas, tables);

    public static PhotometricMap Identity { get; } = new([1, 1, 1], [null, null, null]);

    /// <summary>γ* of L*; 1 where the scheme applies none.</summary>
    public double Gamma => _gammas[0];

    public bool IsIdentity => _tables.All(t => t is null) && _gammas.All(g => g == 1);

    /// <summary>
    /// Finds the operators (section 3.2 of the paper). <c>labGamma</c> normalises L* by 100 and a*, b* by <c>(v + 128) / 256</c>, each with a γ of its own.
    /// </summary>
    /// <exception cref="ArgumentException">For <see cref="AlignmentScheme.Fourier"/>, which is no map of colours.</exception>
    /// <exception cref="Errors.RuleViolationException"><c>scheme-needs-run</c> (422) for <see cref="AlignmentScheme.Gan"/>.</exception>
    public static PhotometricMap Solve(StyleProfile source, StyleProfile reference, AlignmentSettings settings)
    {
        double Lightness() => LightnessGamma.Solve(source.Lightness, source.MeanLightness, reference.MeanLightness, settings.Beta);
        MatchTable a() => HistogramMatching.Between(source.A, reference.A);
        MatchTable b() => HistogramMatching.Between(source.B, reference.B);
        return settings.OutsideRun().Scheme switch
        {
            AlignmentScheme.Hybrid => new([Lightness(), 1, 1], [null, a(), b()]),
            AlignmentScheme.LabHistogram => new([1, 1, 1], [HistogramMatching.Between(source.Lightness, reference.Lightness), a(), b()]),
            AlignmentScheme.LabGamma => new(
                [
                    Lightness(),
                    LightnessGamma.Solve(source.A, source.MeanA, reference.MeanA, settings.Beta),
                    LightnessGamma.Solve(source.B, source.MeanB, reference.MeanB, settings.Beta),
                ],
                [null, null, null]),
            AlignmentScheme.None => Identity,
            _ => throw new ArgumentException($"Scheme {settings.Scheme} needs the reference image: use {nameof(FourierAligner)}.", nameof(settings)),
        };
    }

    /// <returns>A new image, and its statistics.</returns>
    public (RgbImage Image, MapStatistics Statistics) Apply(RgbImage image, int threads = 1)
    {
        var mapped = new RgbImage(image.Width, image.Height, PixelPool.Rent<byte>(image.Pixels.Length));
        return (mapped, Apply(image, mapped, threads));
    }

    /// <param name="image">Any size.</param>
    /// <param name="mapped">Of the same size: it receives the pixels, and may be <paramref name="image"/> itself.</param>
    /// <param name="threads">At most so many work on it; pixels and statistics do not depend on how many.</param>
    public MapStatistics Apply(RgbImage image, RgbImage mapped, int threads = 1) => Apply(image, mapped, threads, PixelKernel.Best);

    /// <param name="rgb">Interleaved R, G, B: <c>3n</c> bytes, n ≥ 1.</param>
    /// <param name="mapped">Receives <c>3n</c> bytes; may be <paramref name="rgb"/> itself.</param>
    public MapStatistics Apply(ReadOnlySpan<byte> rgb, Span<byte> mapped)
    {
        if (rgb.IsEmpty || rgb.Length % 3 != 0 || mapped.Length < rgb.Length)
        {
            throw new ArgumentException("Whole pixels and room for as many are needed.", nameof(mapped));
        }

        ChunkStatistics sum = default;
        for (int start = 0; start < rgb.Length; start += 3 * PixelChunks.Length)
        {
            ReadOnlySpan<byte> from = rgb.Slice(start, Math.Min(3 * PixelChunks.Length, rgb.Length - start));
            sum += Chunk(from, mapped.Slice(start, from.Length), PixelKernel.Best);
        }

        return sum.Of(rgb.Length / 3);
    }

    internal MapStatistics Apply(RgbImage image, RgbImage mapped, int threads, PixelKernel kernel)
    {
        if ((image.Width, image.Height) != (mapped.Width, mapped.Height)) throw new ArgumentException("Both images must have one size.", nameof(mapped));
        int pixels = image.Width * image.Height;
        var parts = new ChunkStatistics[PixelChunks.Count(pixels)];
        PixelChunks.Run(
            pixels,
            threads,
            () => kernel,
            (chunk, start, count, k) => parts[chunk] = Chunk(image.Pixels.AsSpan(3 * start, 3 * count), mapped.Pixels.AsSpan(3 * start, 3 * count), k),
            _ => { });
        ChunkStatistics sum = default;
        foreach (ChunkStatistics part in parts) sum += part;
        return sum.Of(pixels);
    }

    /// <summary>One colour in double precision: the reference that the fast ways are measured against.</summary>
    /// <param name="red">With the others a colour in sRGB.</param>
    /// <param name="green">Likewise.</param>
    /// <param name="blue">Likewise.</param>
    /// <param name="off">Added to L*, a*, b* before they are mapped: what a less exact conversion may be off by.</param>
    internal (byte Red, byte Green, byte Blue) ApplyExactly(byte red, byte green, byte blue, (double L, double A, double B) off = default)
    {
        (double l, double a, double b) = LabColor.FromSrgb(red, green, blue);
        return LabColor.ToSrgb(Exactly(0, l + off.L, ChannelGrid.Lightness), Exactly(1, a + off.A, ChannelGrid.Chroma), Exactly(2, b + off.B, ChannelGrid.Chroma));
    }

    private double Exactly(int channel, double value, ChannelGrid grid)
    {
        if (_tables[channel] is { } table) return table.MapExactly(value);
        double range = grid.Max - grid.Min;
        return (Math.Pow(Math.Max(0, (value - grid.Min) / range), _gammas[channel]) * range) + grid.Min;
    }

    [SkipLocalsInit]
    private ChunkStatistics Chunk(ReadOnlySpan<byte> rgb, Span<byte> mapped, PixelKernel kernel)
    {
        Span<float> planes = PixelKernel.Aligned(stackalloc float[(3 * PixelKernel.Stride) + PixelKernel.AlignmentSlack]);
        bool identity = IsIdentity;
        double lightness = 0;
        long clipped = 0;
        for (int start = 0; start < rgb.Length; start += 3 * PixelKernel.Block)
        {
            ReadOnlySpan<byte> from = rgb.Slice(start, Math.Min(3 * PixelKernel.Block, rgb.Length - start));
            int count = from.Length / 3;
            Span<float> l = planes[..count], a = planes.Slice(PixelKernel.Stride, count), b = planes.Slice(2 * PixelKernel.Stride, count);
            kernel.ToLab(from, l, a, b);
            if (!identity)
            {
                Map(0, l, ChannelGrid.Lightness, kernel);
                Map(1, a, ChannelGrid.Chroma, kernel);
                Map(2, b, ChannelGrid.Chroma, kernel);
            }

            (double sum, int outside) = kernel.ToSrgb(l, a, b, mapped.Slice(start, from.Length));
            lightness += sum;
            clipped += outside;
        }

        return new ChunkStatistics(lightness, clipped);
    }

    private void Map(int channel, Span<float> values, ChannelGrid grid, PixelKernel kernel)
    {
        if (_tables[channel] is { } table) kernel.Match(values, table);
        else if (_gammas[channel] != 1) kernel.Power(values, grid, (float)_gammas[channel]);
    }

    private readonly record struct ChunkStatistics(double Lightness, long Clipped)
    {
        public static ChunkStatistics operator +(ChunkStatistics x, ChunkStatistics y) => new(x.Lightness + y.Lightness, x.Clipped + y.Clipped);

        public MapStatistics Of(double pixels) => new(Lightness / pixels, Clipped / pixels);
    }
}
