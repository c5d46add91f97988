using UdaSeg.Api.Reports;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Training;
using static System.FormattableString;
using static UdaSeg.Api.Reports.Markup;

namespace UdaSeg.Api.Evaluations;

/// <summary>Writes an evaluation's report.</summary>
/// <param name="evaluation">One that has succeeded.</param>
/// <param name="checkpoint">Null when it is gone, or none holds the model.</param>
/// <param name="dataset">Null when it is gone.</param>
/// <param name="space">Of the data set; null without it.</param>
/// <param name="worst">As drawn.</param>
internal sealed class EvaluationReportPage(EvaluationRecord evaluation, Checkpoint? checkpoint, Dataset? dataset, LabelSpace? space, WorstGallery worst)
{
    /// <summary>A larger matrix cannot be read on a page, and would be megabytes.</summary>
    private const int MaxMatrixClasses = 64;

    private const int MaxConfusions = 10;

    private readonly EvaluationReport _report = evaluation.Report!;
    private readonly ClassScore[] _classes = [.. evaluation.Report!.PerClass.OrderBy(c => c.Index)];

    private string Model => checkpoint?.Manifest.Name
        ?? (evaluation is { Stage: { } stage, Iteration: { } iteration } ? Invariant($"stage {stage}, iteration {iteration}") : "a deleted checkpoint");

    private string Title => $"Evaluation of {Model} on {dataset?.Name ?? "a deleted data set"}";

    public string Write() => ReportPage.Frame(Title, $"""
        <h1>{Text(Title)}</h1>
        {Warning()}
        {Facts()}
        {Result()}
        {PerClass()}
        {Confusion()}
        {Worst()}
        {Legend()}
        """);

    private string Warning() => _report.Selection == ModelSelection.Oracle
        ? "<p class=\"note\">Target labels chose this model's iteration (<i>oracle</i>): these figures are no measure of unsupervised adaptation.</p>"
        : "";

    private string Facts()
    {
        EvaluationOptions options = evaluation.Options;
        string scales = string.Join(", ", (options.Scales ?? [1]).Select(Number));
        string stride = options.SlidingWindow?.Stride is { } step ? Invariant($"{step}") : "two thirds of each side";
        string window = options.SlidingWindow is { } w ? Invariant($"windows of {w.Width} × {w.Height}, stride {stride}") : "whole images";
        string origin = checkpoint?.Manifest.Origin is { } from
            ? Invariant($"stage {from.Stage}, iteration {from.Iteration} of run {from.Run}")
            : evaluation.Run is { } run ? $"run {run}" : None;
        return $"""
            <h2>What was measured</h2>
            <dl>
            {Fact("Model", $"{Model}{(checkpoint is null && evaluation.Checkpoint is not null ? " (deleted since)" : "")}")}
            {Fact("Checkpoint", evaluation.Checkpoint?.ToString() ?? "none: a model in the midst of a run")}
            {Fact("From", origin)}
            {Fact("Network", checkpoint is { Manifest.Architecture: { } a } ? Invariant($"DeepLabV3+, {a.Backbone}, output stride {a.OutputStride}") : None)}
            {Fact("Data set", dataset is null ? $"{evaluation.Dataset} (deleted since)" : $"{dataset.Name} ({dataset.Id})")}
            {Fact("Labelled images", dataset is null ? None : Count(dataset.Labelled))}
            {Fact("Label space", space is null ? None : Invariant($"{space.Name}, {space.Count} classes"))}
            {Fact("Classes that the model lacks", options.MissingClasses == MissingClasses.Ignore ? "left out" : "counted as wrong")}
            {Fact("Scales", scales + (options.Flip ? ", also mirrored" : ""))}
            {Fact("Seen through", window)}
            {Fact("Measured", Time(evaluation.EndedAt ?? evaluation.CreatedAt))}
            {Fact("Evaluation", evaluation.Id.ToString())}
            </dl>
            """;
    }

    private string Result()
    {
        double? headline = evaluation.Subset is { } named ? _report.Subsets.GetValueOrDefault(named) : _report.Miou;
        string over = evaluation.Subset is { } subset ? $"mean IoU over the subset {Text(subset)}" : "mean IoU over the classes that occur";
        string rows = string.Concat(_report.Subsets.OrderBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => $"<tr><th scope=\"row\">{Text(s.Key)}</th><td>{Percent(s.Value)}</td></tr>"));
        string absent = _report.AbsentClasses.Count == 0
            ? ""
            : $"<p class=\"soft\">Without a pixel in the ground truth, and in no mean: {Text(string.Join(", ", _report.AbsentClasses))}.</p>";
        return $"""
            <h2>Result</h2>
            <p><span class="big">{Percent(headline)}</span> {over}</p>
            <div class="wide" role="region" tabindex="0" aria-label="Mean IoU">
            <table>
            <caption>Mean IoU over all classes that occur and over each named subset</caption>
            <thead><tr><th scope="col">Classes</th><th scope="col">mIoU</th></tr></thead>
            <tbody><tr><th scope="row">all</th><td>{Percent(_report.Miou)}</td></tr>{rows}</tbody>
            </table>
            </div>
            <p>Mean confidence (probability of the predicted class): {Percent(_report.MeanConfidence)}</p>
            {absent}
            """;
    }

    private string PerClass()
    {
        BarRow[] byClass = [.. _classes.Select(c => new BarRow(c.Name, [c.Iou, c.Accuracy]))];
        string bars = SvgBars.Draw("IoU and accuracy by class; the table below has the figures", ["IoU", "accuracy"], byClass);
        string rows = string.Concat(_classes.Select(c =>
            $"<tr><th scope=\"row\">{Swatch(c.Index)}{Text(c.Name)}</th><td>{Percent(c.Iou)}</td><td>{Percent(c.Accuracy)}</td><td>{Count(c.Pixels)}</td></tr>"));
        return $"""
            <h2>Classes</h2>
            {bars}
            <div class="wide" role="region" tabindex="0" aria-label="Figures by class">
            <table>
            <caption>IoU and accuracy (share of the class's pixels that were found) by class</caption>
            <thead><tr><th scope="col">Class</th><th scope="col">IoU</th><th scope="col">Accuracy</th><th scope="col">True pixels</th></tr></thead>
            <tbody>{rows}</tbody>
            </table>
            </div>
            """;
    }

    private string Confusion()
    {
        string matrix = _classes.Length > MaxMatrixClasses
            ? Invariant($"<p class=\"soft\">The matrix of {_classes.Length} classes is too large for a page; the service draws it as confusion.svg.</p>")
            : $"<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Confusion matrix\">{EvaluationReportEndpoints.Draw(_report)}</div>";
        (int Truth, int Prediction, long Pixels)[] largest =
        [
            .. _report.Confusion.SelectMany((row, truth) => row.Select((pixels, prediction) => (truth, prediction, pixels)))
                .Where(c => c.truth != c.prediction && c.pixels > 0)
                .OrderByDescending(c => c.pixels)
                .Take(MaxConfusions),
        ];
        string rows = string.Concat(largest.Select(c =>
            $"<tr><th scope=\"row\">{Text(_classes[c.Truth].Name)}</th><td class=\"text\">{Text(_classes[c.Prediction].Name)}</td>"
            + $"<td>{Percent((double)c.Pixels / _classes[c.Truth].Pixels)}</td><td>{Count(c.Pixels)}</td></tr>"));
        return $"""
            <h2>Confusions</h2>
            <p class="soft">A row is a true class, a column a predicted one; a cell is the share of the row's pixels.</p>
            {matrix}
            <div class="wide" role="region" tabindex="0" aria-label="Largest confusions">
            <table>
            <caption>The largest confusions by pixels</caption>
            <thead><tr>
            <th scope="col">True class</th><th scope="col" class="text">Predicted as</th><th scope="col">Share of the true class</th><th scope="col">Pixels</th>
            </tr></thead>
            <tbody>{rows}</tbody>
            </table>
            </div>
            """;
    }

    private string Worst() => $"""
        <h2>Worst images</h2>
        {string.Concat(worst.Missing.Select(m => $"<p class=\"note\">{Text(m)}</p>"))}
        <p class="soft">The images of lowest mIoU, worst first. In error maps wrong pixels are red, and pixels that do not count are hatched.</p>
        {string.Concat(worst.Images.Select(Picture))}
        """;

    private static string Picture(WorstImage image)
    {
        string name = Text(image.Score.Sample), wrong = image.WrongShare is { } share ? $"{Percent(share)} of the counted pixels are wrong" : "errors";
        return $"""
            <section>
            <h3>{name}: mIoU {Percent(image.Score.Miou)}</h3>
            <div class="pictures">
            {Figure(image.Photo, $"Image {name}", "image")}
            {Figure(image.Truth, $"Ground truth of {name} in the classes' colours", "ground truth")}
            {Figure(image.Prediction, $"Prediction for {name} in the classes' colours", "prediction")}
            {Figure(image.Errors, $"Error map of {name}: {wrong}", wrong)}
            </div>
            </section>
            """;
    }

    private string Legend() => $"""
        <h2>Legend</h2>
        <ul class="legend">
        {string.Concat(_classes.Select(c => $"<li>{Swatch(c.Index)}{Text(c.Name)}</li>"))}
        <li><span class="swatch" style="background:#000"></span>not labelled, or no class of the labels</li>
        </ul>
        """;

    private string Swatch(int index) => space is not null && index < space.Count && space.Classes[index].Color is [var r, var g, var b]
        ? Invariant($"<span class=\"swatch\" style=\"background:rgb({r},{g},{b})\"></span>")
        : "";

    private static string Fact(string term, string text) => $"<div><dt>{Text(term)}</dt><dd>{Text(text)}</dd></div>";

    /// <param name="source">Null: nothing is shown.</param>
    /// <param name="alt">Escaped.</param>
    /// <param name="caption">Escaped.</param>
    private static string Figure(string? source, string alt, string caption) =>
        source is null ? "" : $"<figure><img src=\"{source}\" alt=\"{alt}\"/><figcaption>{caption}</figcaption></figure>";
}
