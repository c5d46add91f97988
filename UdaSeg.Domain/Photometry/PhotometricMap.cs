using System.Numerics;
using UdaSeg.Domain.Images;

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
    private const int Block = 1024;
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
    public static PhotometricMap Solve(StyleProfile source, StyleProfile reference, AlignmentSettings settings)
    {
        double Lightness() => LightnessGamma.Solve(source.Lightness, source.MeanLightness, reference.MeanLightness, settings.Beta);
        MatchTable a() => HistogramMatching.Between(source.A, reference.A);
        MatchTable b() => HistogramMatching.Between(source.B, reference.B);
        return settings.Scheme switch
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
    public (RgbImage Image, MapStatistics Statistics) Apply(RgbImage image)
    {
        var mapped = new RgbImage(image.Width, image.Height);
        return (mapped, Apply(image.Pixels, mapped.Pixels));
    }

    /// <param name="rgb">Interleaved R, G, B: <c>3n</c> bytes, n ≥ 1.</param>
    /// <param name="mapped">Receives <c>3n</c> bytes; may be <paramref name="rgb"/> itself.</param>
    public MapStatistics Apply(ReadOnlySpan<byte> rgb, Span<byte> mapped)
    {
        if (rgb.IsEmpty || rgb.Length % 3 != 0 || mapped.Length < rgb.Length) throw new ArgumentException("Whole pixels and room for as many are needed.", nameof(mapped));
        bool identity = IsIdentity;
        var planes = new float[3 * Block];
        double lightness = 0;
        long clipped = 0;
        for (int start = 0; start < rgb.Length; start += 3 * Block)
        {
            ReadOnlySpan<byte> from = rgb.Slice(start, Math.Min(3 * Block, rgb.Length - start));
            Span<byte> to = mapped.Slice(start, from.Length);
            int count = from.Length / 3;
            Span<float> l = planes.AsSpan(0, count), a = planes.AsSpan(Block, count), b = planes.AsSpan(2 * Block, count);
            LabColor.ToLab(from, l, a, b);
            if (!identity)
            {
                Map(0, l, ChannelGrid.Lightness);
                Map(1, a, ChannelGrid.Chroma);
                Map(2, b, ChannelGrid.Chroma);
            }

            (double sum, int outside) = LabColor.ToSrgb(l, a, b, to);
            lightness += sum;
            clipped += outside;
        }

        double pixels = rgb.Length / 3;
        return new MapStatistics(lightness / pixels, clipped / pixels);
    }

    private void Map(int channel, Span<float> values, ChannelGrid grid)
    {
        if (_tables[channel] is { } table) table.Map(values);
        else if (_gammas[channel] != 1) Power(values, grid, (float)_gammas[channel]);
    }

    /// <summary>v ↦ v^γ on the range normalised to 0..1. Zero gives exp(−∞) = 0.</summary>
    private static void Power(Span<float> values, ChannelGrid grid, float gamma)
    {
        float range = grid.Max - grid.Min;
        Vector<float> min = new(grid.Min), zero = Vector<float>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> unit = Vector.Max(zero, (new Vector<float>(values[i..]) - min) * (1f / range));
            ((Vector.Exp(Vector.Log(unit) * gamma) * range) + min).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++) values[i] = (MathF.Pow(MathF.Max(0, (values[i] - grid.Min) / range), gamma) * range) + grid.Min;
    }
}
