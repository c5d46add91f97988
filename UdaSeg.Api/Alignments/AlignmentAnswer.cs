using UdaSeg.Domain.Photometry;

namespace UdaSeg.Api.Alignments;

/// <summary>What an alignment did, and the aligned image.</summary>
internal sealed record AlignmentAnswer
{
    public required AlignmentScheme Scheme { get; init; }

    /// <summary>Weight of (γ − 1)² in equation 2.</summary>
    public required double Beta { get; init; }

    /// <summary>γ of L*; 1 where none applies.</summary>
    public required double Gamma { get; init; }

    public required MeanLightness MeanLightness { get; init; }

    /// <summary>Share of pixels that left the range of sRGB and were clamped, 0..1.</summary>
    public required double ClippedShare { get; init; }

    /// <summary>The data set's sample that was the reference; null for an uploaded one.</summary>
    public required string? ReferenceSample { get; init; }

    public required AlignmentHistograms Histograms { get; init; }

    public required EncodedImage Image { get; init; }
}

/// <summary>Mean L*, each 0..100.</summary>
internal sealed record MeanLightness(double Source, double Reference, double Aligned);

/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Data">Base64.</param>
internal sealed record EncodedImage(string MediaType, ReadOnlyMemory<byte> Data);

/// <summary>Of the Lab channels.</summary>
internal sealed record AlignmentHistograms(ChannelComparison L, ChannelComparison A, ChannelComparison B)
{
    public static AlignmentHistograms Of(StyleProfile source, StyleProfile reference, StyleProfile aligned) => new(
        ChannelComparison.Of(source.Lightness, reference.Lightness, aligned.Lightness),
        ChannelComparison.Of(source.A, reference.A, aligned.A),
        ChannelComparison.Of(source.B, reference.B, aligned.B));
}

/// <summary>A channel's histograms in 64 equal bins from <c>min</c> to <c>max</c>; shares of pixels that sum to 1.</summary>
internal sealed record ChannelComparison(double Min, double Max, IReadOnlyList<double> Source, IReadOnlyList<double> Reference, IReadOnlyList<double> Aligned)
{
    public static ChannelComparison Of(ChannelHistogram source, ChannelHistogram reference, ChannelHistogram aligned) =>
        new(source.Grid.Min, source.Grid.Max, CoarseHistogram.Shares(source), CoarseHistogram.Shares(reference), CoarseHistogram.Shares(aligned));
}

/// <summary>Histograms small enough to draw.</summary>
internal static class CoarseHistogram
{
    public const int Bins = 64;

    /// <returns>64 shares over the grid's range; a fine bin counts where its centre lies.</returns>
    public static double[] Shares(ChannelHistogram histogram)
    {
        var shares = new double[Bins];
        ReadOnlySpan<float> fine = histogram.Shares;
        for (int i = 0; i < fine.Length; i++) shares[Math.Min(Bins - 1, i * Bins / (fine.Length - 1))] += fine[i];
        return Array.ConvertAll(shares, s => Math.Round(s, 7));
    }
}
