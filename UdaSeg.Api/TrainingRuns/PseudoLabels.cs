using UdaSeg.Api.Datasets;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>A stage's pseudo-labels of one target image.</summary>
/// <param name="Sample">Its name in the target data set.</param>
/// <param name="KeptShare">Of its pixels, those with a pseudo-label, 0..1.</param>
public sealed record PseudoLabelItem(string Sample, double KeptShare);

/// <summary>The pseudo-labels that a run's stages stored, read from the artifact store.</summary>
internal sealed class PseudoLabels(
    RunStore runs, RunOutputTable outputs, IArtifactStore artifacts, DatasetSamples samples, DatasetImages images, LabelSpaceStore spaces, IImageCodec codec)
{
    /// <exception cref="RuleViolationException">
    /// <c>run-not-found</c>, <c>unknown-stage</c>, <c>stage-without-pseudo-labels</c>, <c>pseudo-labels-not-found</c>, <c>dataset-not-found</c> (404);
    /// <c>invalid-cursor</c> (400); <c>dataset-changed</c> (422): the target's images are not those that the stage labelled.
    /// </exception>
    public async Task<Page<PseudoLabelItem>> ListAsync(Guid run, int stage, PageRequest page, CancellationToken cancel)
    {
        int start = PositionCursor.Read(page.Cursor);
        Dataset target = await TargetAsync(run, stage, cancel);
        return await Task.Run(() =>
        {
            using LabelMapArchive archive = Open(run, stage);
            IReadOnlyList<SampleRef> all = ListAsLabelled(target, archive);
            var items = new List<PseudoLabelItem>();
            for (int i = start; i < all.Count && items.Count < page.Limit; i++)
            {
                cancel.ThrowIfCancellationRequested();
                items.Add(new PseudoLabelItem(all[i].Name, KeptShare(Find(archive, i, stage))));
            }

            return new Page<PseudoLabelItem>(items, PositionCursor.After(start + items.Count, all.Count));
        }, cancel);
    }

    /// <returns>A PNG of the size that the target was trained on in.</returns>
    /// <exception cref="RuleViolationException">As <see cref="ListAsync"/>; <c>sample-not-found</c> (404), <c>dataset-unreadable</c> (422).</exception>
    public async Task<byte[]> DrawAsync(Guid run, int stage, string sample, MaskEncoding encoding, CancellationToken cancel)
    {
        Dataset target = await TargetAsync(run, stage, cancel);
        LabelSpace space = await spaces.GetAsync((await runs.GetAsync(run, cancel)).LabelSpace, cancel);
        return await Task.Run(() =>
        {
            using LabelMapArchive archive = Open(run, stage);
            SampleRef found = samples.Find(target, sample);
            int index = ListAsLabelled(target, archive).Index().First(s => s.Item.Name == found.Name).Index;
            return Draw(Find(archive, index, stage), space, encoding, found);
        }, cancel);
    }

    private async Task<Dataset> TargetAsync(Guid id, int stage, CancellationToken cancel)
    {
        TrainingRun run = await runs.GetAsync(id, cancel);
        StageEndpoints.RequireStage(run, stage);
        if (stage > 0) return await samples.GetHereAsync(run.Target.ToString(), cancel);
        throw new RuleViolationException(RuleKind.NotFound, "stage-without-pseudo-labels", "Stage 0 learns from the source alone: it has no pseudo-labels.");
    }

    private LabelMapArchive Open(Guid run, int stage)
    {
        var stored = new RunArtifacts(new RunOutputs(outputs, artifacts, run), run);
        try
        {
            // The preparation is written last: without it the labels may be of an attempt that died.
            if (stored.Preparation(stage) is not null) return stored.PseudoLabels(stage);
        }
        catch (FileNotFoundException)
        {
            // answered as what was never there
        }

        throw NotThere(stage);
    }

    private IReadOnlyList<SampleRef> ListAsLabelled(Dataset target, LabelMapArchive archive)
    {
        IReadOnlyList<SampleRef> all = samples.List(target);
        return all.Count == archive.Count
            ? all
            : throw new RuleViolationException(
                RuleKind.Unusable, "dataset-changed", $"The data set '{target.Name}' has {all.Count} images, but the stage labelled {archive.Count}.");
    }

    private static LabelMap Find(LabelMapArchive archive, int index, int stage) => archive.Find(index) ?? throw NotThere(stage);

    private static double KeptShare(LabelMap map) =>
        (map.Labels.Length - map.Labels.AsSpan().Count(LabelMap.Ignore)) / (double)map.Labels.Length;

    private byte[] Draw(LabelMap map, LabelSpace space, MaskEncoding encoding, SampleRef sample)
    {
        if (encoding == MaskEncoding.Index) return PngLabelCodec.WriteIndexed(map, space);
        RgbImage drawn = encoding == MaskEncoding.Color
            ? LabelColorizer.Colorize(map, space)
            : LabelColorizer.Overlay(ImageResizing.Fit(images.Photo(sample), map), map, space);
        byte[] png = codec.Encode(drawn, ImageFormat.Png);
        PixelPool.Return(drawn.Pixels);
        return png;
    }

    private static RuleViolationException NotThere(int stage) => new(
        RuleKind.NotFound,
        "pseudo-labels-not-found",
        $"Stage {stage} has no pseudo-labels: they are not made yet, belong to the run that this one branched from, or were deleted.");
}
