using UdaSeg.Api.Datasets;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Api.DomainGaps;

/// <summary>How far two data sets lie apart photometrically, before and after alignment. Distances are in units of CIE L*a*b*.</summary>
internal sealed record DomainGapAnswer
{
    public required Guid Source { get; init; }

    public required Guid Target { get; init; }

    public required AlignmentScheme Scheme { get; init; }

    public required double Beta { get; init; }

    public required double FourierBeta { get; init; }

    public required long Seed { get; init; }

    public required GapDistances Before { get; init; }

    public required GapDistances After { get; init; }

    /// <summary>γ of L* over the aligned images; all 1 where the scheme applies none.</summary>
    public required GammaDistribution Gamma { get; init; }

    /// <summary>Mean share of pixels that left the range of sRGB and were clamped, 0..1.</summary>
    public required double ClippedShare { get; init; }

    /// <summary>The mean style of the images looked at, with histograms of L*, a* and b*.</summary>
    public required GapStyles Styles { get; init; }
}

/// <param name="OfMeans">Between the mean style of the source and that of the target.</param>
/// <param name="MeanOfPairs">The mean over source images of the distance to the reference that each was given.</param>
internal sealed record GapDistances(GapDistance OfMeans, GapDistance MeanOfPairs);

/// <param name="MeanLightness">|mean L* − mean L*|.</param>
/// <param name="Lightness">First Wasserstein distance of L*.</param>
/// <param name="A">First Wasserstein distance of a*.</param>
/// <param name="B">First Wasserstein distance of b*.</param>
/// <param name="Total">The length of the three Wasserstein distances.</param>
internal sealed record GapDistance(double MeanLightness, double Lightness, double A, double B, double Total)
{
    public static GapDistance Of(DomainGap gap) => new(gap.MeanLightness, gap.Lightness, gap.A, gap.B, gap.Total);

    public static GapDistance MeanOf(IReadOnlyList<DomainGap> gaps) => new(
        gaps.Average(g => g.MeanLightness), gaps.Average(g => g.Lightness), gaps.Average(g => g.A), gaps.Average(g => g.B), gaps.Average(g => g.Total));
}

/// <param name="Mean">Of all values.</param>
/// <param name="Quantiles">At 0, 5, 25, 50, 75, 95 and 100 percent, linear between values.</param>
/// <param name="Histogram">16 equal bins from the least to the greatest value; shares of images.</param>
internal sealed record GammaDistribution(double Mean, IReadOnlyList<GammaQuantile> Quantiles, StyleHistogram Histogram)
{
    private const int Bins = 16;
    private static readonly int[] s_percents = [0, 5, 25, 50, 75, 95, 100];

    /// <param name="values">At least one.</param>
    public static GammaDistribution Of(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        (double min, double max) = (sorted[0], sorted[^1]);
        var shares = new double[Bins];
        foreach (double value in sorted) shares[max > min ? Math.Min(Bins - 1, (int)((value - min) / (max - min) * Bins)) : 0] += 1.0 / sorted.Length;
        return new GammaDistribution(values.Average(), [.. s_percents.Select(p => new GammaQuantile(p, Quantile(sorted, p / 100.0)))], new(min, max, shares));
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}

internal sealed record GammaQuantile(int Percent, double Value);

/// <param name="Source">As it is.</param>
/// <param name="Target">As it is.</param>
/// <param name="Aligned">The source after alignment.</param>
internal sealed record GapStyles(StyleAnswer Source, StyleAnswer Target, StyleAnswer Aligned);
