using UdaSeg.Api.Datasets;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Api.DomainGaps;

/// <summary>Measures the gap of two data sets on images reduced in size. Synchronous: the caller runs it off the request's thread.</summary>
internal sealed class DomainGapMeasure(DatasetSamples samples, IImageCodec codec)
{
    /// <summary>Of the longer side, in pixels: a style is a distribution of colours, which averaging over few pixels hardly moves.</summary>
    public const int MaxSide = 512;

    /// <exception cref="RuleViolationException">When a file cannot be decoded any more.</exception>
    public DomainGapAnswer Run(Dataset source, Dataset target, AlignmentSettings settings, int maxImages, long seed, CancellationToken cancel)
    {
        bool fourier = settings.Scheme == AlignmentScheme.Fourier;
        var references = new List<(StyleProfile Style, RgbImage? Image)>();
        foreach (SampleRef sample in Spread(target, maxImages))
        {
            cancel.ThrowIfCancellationRequested();
            RgbImage image = Read(sample);
            references.Add((StyleProfile.Of(image), fourier ? image : null));
        }

        var pairs = new List<Pair>();
        foreach (SampleRef sample in Spread(source, maxImages))
        {
            cancel.ThrowIfCancellationRequested();
            (StyleProfile style, RgbImage? reference) = references[ReferenceDraw.For(references.Count, seed, pairs.Count)];
            RgbImage image = Read(sample);
            var before = StyleProfile.Of(image);
            AlignmentResult aligned = reference is null
                ? PhotometricAligner.Align(image, before, style, settings)
                : FourierAligner.AlignFourier(image, ImageResizing.Resize(reference, image.Width, image.Height), settings);
            pairs.Add(new Pair(before, style, StyleProfile.Of(aligned.Image), aligned.Gamma, aligned.ClippedShare));
        }

        return Answer(source, target, settings, seed, pairs, [.. references.Select(r => r.Style)]);
    }

    private static DomainGapAnswer Answer(
        Dataset source, Dataset target, AlignmentSettings settings, long seed, List<Pair> pairs, StyleProfile[] references)
    {
        StyleProfile before = StyleProfile.Average([.. pairs.Select(p => p.Before)]), after = StyleProfile.Average([.. pairs.Select(p => p.After)]);
        var wanted = StyleProfile.Average(references);
        return new DomainGapAnswer
        {
            Source = source.Id,
            Target = target.Id,
            Scheme = settings.Scheme,
            Beta = settings.Beta,
            FourierBeta = settings.FourierBeta,
            Seed = seed,
            Before = Distances(before, wanted, pairs, p => p.Before),
            After = Distances(after, wanted, pairs, p => p.After),
            Gamma = GammaDistribution.Of([.. pairs.Select(p => p.Gamma)]),
            ClippedShare = pairs.Average(p => p.ClippedShare),
            Styles = new GapStyles(StyleAnswer.Of(before, pairs.Count), StyleAnswer.Of(wanted, references.Length), StyleAnswer.Of(after, pairs.Count)),
        };
    }

    private static GapDistances Distances(StyleProfile mean, StyleProfile wanted, List<Pair> pairs, Func<Pair, StyleProfile> of) => new(
        GapDistance.Of(DomainGap.Between(mean, wanted)), GapDistance.MeanOf([.. pairs.Select(p => DomainGap.Between(of(p), p.Reference))]));

    private IEnumerable<SampleRef> Spread(Dataset dataset, int maxImages)
    {
        IReadOnlyList<SampleRef> all = samples.List(dataset);
        if (all.Count == 0) throw new RuleViolationException(RuleKind.Conflict, "dataset-not-ready", $"The data set '{dataset.Name}' has no images.");
        int count = Math.Min(maxImages, all.Count);
        return Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)]);
    }

    private RgbImage Read(SampleRef sample)
    {
        RgbImage image = codec.Decode(DatasetImages.ReadFile(sample, sample.ImagePath), ImageLimits.DefaultMaxPixels);
        double factor = (double)MaxSide / Math.Max(image.Width, image.Height);
        return factor >= 1
            ? image
            : ImageResizing.Resize(image, Math.Max(1, (int)Math.Round(image.Width * factor)), Math.Max(1, (int)Math.Round(image.Height * factor)));
    }

    private sealed record Pair(StyleProfile Before, StyleProfile Reference, StyleProfile After, double Gamma, double ClippedShare);
}
