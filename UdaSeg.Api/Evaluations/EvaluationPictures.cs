using UdaSeg.Api.Datasets;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Evaluations;

/// <summary>What an evaluation kept of its worst images, as PNG files.</summary>
internal sealed class EvaluationPictures(
    EvaluationStore evaluations, KeptPredictions kept, DatasetSamples samples, DatasetImages images, LabelSpaceStore spaces, IImageCodec codec)
{
    /// <exception cref="RuleViolationException">
    /// <c>evaluation-not-found</c>, <c>prediction-not-kept</c> (404), <c>evaluation-not-succeeded</c> (409); for an overlay also those of
    /// <see cref="DatasetSamples.GetHereAsync"/>, <c>sample-not-found</c> (404), and <c>dataset-unreadable</c> (422).
    /// </exception>
    public async Task<byte[]> PredictionAsync(Guid id, string sample, MaskEncoding encoding, CancellationToken cancel)
    {
        EvaluationRecord evaluation = await evaluations.GetSucceededAsync(id, cancel);
        byte[] png = await Task.Run(() => Kept(evaluation, sample), cancel);
        if (encoding == MaskEncoding.Index) return png;
        if (encoding == MaskEncoding.Color) return await Task.Run(() => Encode(LabelColorizer.Colorize(PngLabelCodec.Read(png))), cancel);
        (SampleRef files, LabelSpace space) = await FindAsync(evaluation, sample, cancel);
        return await Task.Run(() =>
        {
            LabelMap prediction = PngLabelCodec.Read(png).ToMap();
            return Encode(LabelColorizer.Overlay(ImageResizing.Fit(images.Photo(files), prediction), prediction, space));
        }, cancel);
    }

    /// <exception cref="RuleViolationException">As for an overlay; also <c>sizes-differ</c> (422) and those of <see cref="DatasetImages.Truth"/>.</exception>
    public async Task<byte[]> ErrorsAsync(Guid id, string sample, CancellationToken cancel)
    {
        EvaluationRecord evaluation = await evaluations.GetSucceededAsync(id, cancel);
        byte[] png = await Task.Run(() => Kept(evaluation, sample), cancel);
        (SampleRef files, LabelSpace space) = await FindAsync(evaluation, sample, cancel);
        return await Task.Run(() =>
        {
            LabelMap prediction = PngLabelCodec.Read(png).ToMap(), truth = DatasetImages.Truth(files, space);
            RequireSize(truth, prediction);
            return Encode(ErrorMap.Draw(ImageResizing.Fit(images.Photo(files), truth), truth, prediction, CountedClasses(evaluation.Report!)));
        }, cancel);
    }

    /// <summary>A class that was left out (the model lacks it) has no pixel in the report, whatever the labels hold of it; one that was measured has.</summary>
    public static bool[] CountedClasses(EvaluationReport report) => [.. report.PerClass.OrderBy(c => c.Index).Select(c => c.Pixels > 0)];

    /// <exception cref="RuleViolationException"><c>sizes-differ</c> (422): the label file is no longer the one that was measured with.</exception>
    public static void RequireSize(LabelMap truth, LabelMap prediction)
    {
        if ((truth.Width, truth.Height) == (prediction.Width, prediction.Height)) return;
        throw new RuleViolationException(
            RuleKind.Unusable, "sizes-differ", $"The label is {truth.Width}×{truth.Height} by now, the prediction {prediction.Width}×{prediction.Height}.");
    }

    private byte[] Kept(EvaluationRecord evaluation, string sample)
    {
        using PngArchive? archive = kept.Open(evaluation);
        return archive?.Find(sample) ?? throw new RuleViolationException(
            RuleKind.NotFound,
            "prediction-not-kept",
            $"No prediction of '{sample}' is kept: an evaluation keeps those of its worst images, while its checkpoint is there.");
    }

    private async Task<(SampleRef Files, LabelSpace Space)> FindAsync(EvaluationRecord evaluation, string sample, CancellationToken cancel)
    {
        Dataset dataset = await samples.GetHereAsync(evaluation.Dataset.ToString(), cancel);
        return (samples.Find(dataset, sample), await spaces.GetAsync(dataset.LabelSpace, cancel));
    }

    private byte[] Encode(RgbImage drawn)
    {
        byte[] png = codec.Encode(drawn, ImageFormat.Png);
        PixelPool.Return(drawn.Pixels);
        return png;
    }
}

internal static class SucceededEvaluations
{
    /// <exception cref="RuleViolationException"><c>evaluation-not-found</c> (404), <c>evaluation-not-succeeded</c> (409).</exception>
    public static async Task<EvaluationRecord> GetSucceededAsync(this EvaluationStore evaluations, Guid id, CancellationToken cancel)
    {
        EvaluationRecord evaluation = await evaluations.GetAsync(id, cancel);
        if (evaluation is { Status: EvaluationStatus.Succeeded, Report: not null }) return evaluation;
        throw new RuleViolationException(
            RuleKind.Conflict,
            "evaluation-not-succeeded",
            evaluation.IsTerminal ? "The evaluation failed; there is nothing to show." : "The evaluation has not ended yet.");
    }
}
