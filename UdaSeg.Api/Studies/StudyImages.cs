using UdaSeg.Api.Datasets;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Studies;

/// <param name="Dataset">That the study is measured on.</param>
/// <param name="Space">Of its labels.</param>
/// <param name="Samples">The same for all arms.</param>
internal sealed record StudyImageSet(Dataset Dataset, LabelSpace Space, IReadOnlyList<SampleRef> Samples)
{
    /// <exception cref="RuleViolationException"><c>study-image-not-found</c> (404).</exception>
    public SampleRef Require(int image) => image >= 0 && image < Samples.Count ? Samples[image] : throw new RuleViolationException(
        RuleKind.NotFound, "study-image-not-found", $"The study shows {Samples.Count} images, counted from 0; there is no image {image}.");
}

/// <summary>Which evaluation images a study shows.</summary>
internal sealed class StudyImages(DatasetSamples samples, LabelSpaceStore spaces)
{
    /// <summary>As many as a reader looks at, and as a report has room for.</summary>
    public const int Most = 6;

    /// <exception cref="RuleViolationException">Those of <see cref="DatasetSamples.GetHereAsync"/> and <see cref="DatasetSamples.List"/>.</exception>
    public async Task<StudyImageSet> ReadAsync(Guid evaluation, CancellationToken cancel)
    {
        Dataset dataset = await samples.GetHereAsync(evaluation.ToString(), cancel);
        LabelSpace space = await spaces.GetAsync(dataset.LabelSpace, cancel);
        IReadOnlyList<SampleRef> all = await Task.Run(() => samples.List(dataset), cancel);
        return new StudyImageSet(dataset, space, Spread([.. all.Where(s => s.LabelPath is not null)]));
    }

    /// <returns>The middle of each of <see cref="Most"/> parts that are as long as each other; all, where there are not so many.</returns>
    public static IReadOnlyList<T> Spread<T>(IReadOnlyList<T> all)
    {
        int count = Math.Min(Most, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)(((2L * i) + 1) * all.Count / (2L * count))])];
    }
}
