using System.Text;
using UdaSeg.Api.Reports;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Evaluations;

/// <summary>An evaluation for people: a report to keep or to pass on, and its confusion matrix as a picture.</summary>
internal static class EvaluationReportEndpoints
{
    private const string Svg = "image/svg+xml";

    public static void MapEvaluationReports(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder evaluation = v1.MapGroup("/evaluations/{id:guid}").WithTags("Evaluations");
        evaluation.MapGet("/report", GetReport)
            .Needs(AccessRole.Viewer).WithName("getEvaluationReport").Produces<string>(200, "text/html").ProducesProblem(404).ProducesProblem(409);
        evaluation.MapGet("/confusion.svg", GetConfusion)
            .Needs(AccessRole.Viewer).WithName("getEvaluationConfusionSvg").Produces<string>(200, Svg).ProducesProblem(404).ProducesProblem(409);
    }

    /// <summary>The evaluation as one HTML file that needs nothing else</summary>
    /// <remarks>
    /// What was measured on what and how, mIoU and subsets, every class, the confusion matrix, and the worst images beside their labels, predictions and errors
    /// (at most 480 pixels wide). Light or dark as the reader's system. When the data set or the predictions are gone it comes without those pictures and says so.
    /// </remarks>
    /// <param name="id">The evaluation.</param>
    internal static async Task<IResult> GetReport(
        Guid id, EvaluationStore evaluations, CheckpointStore checkpoints, DatasetStore datasets, LabelSpaceStore spaces, WorstImages worst, HttpResponse response,
        CancellationToken cancel)
    {
        EvaluationRecord evaluation = await evaluations.GetSucceededAsync(id, cancel);
        Dataset? dataset = await datasets.FindAsync(evaluation.Dataset, cancel);
        LabelSpace? space = dataset is null ? null : await spaces.FindAsync(dataset.LabelSpace, cancel);
        var page = new EvaluationReportPage(
            evaluation,
            evaluation.Checkpoint is { } checkpoint ? await checkpoints.FindAsync(checkpoint, cancel) : null,
            dataset,
            space,
            await Task.Run(() => worst.Draw(evaluation, dataset, space), cancel));
        ReportPage.Protect(response);
        return TypedResults.Content(page.Write(), ReportPage.MediaType);
    }

    /// <summary>The confusion matrix as a picture</summary>
    /// <remarks>
    /// Rows are true classes, columns predicted ones; a cell's strength is its share of the row's pixels, and its tooltip tells it with the pixels. What a row
    /// lacks to 100 % was predicted as a class that the labels do not have. Light or dark as the reader's system.
    /// </remarks>
    /// <param name="id">The evaluation.</param>
    internal static async Task<IResult> GetConfusion(Guid id, EvaluationStore evaluations, HttpResponse response, CancellationToken cancel)
    {
        EvaluationRecord evaluation = await evaluations.GetSucceededAsync(id, cancel);
        ReportPage.Protect(response);
        return Pictures.Of(response, Encoding.UTF8.GetBytes(Draw(evaluation.Report!)), Svg, Pictures.Immutable);
    }

    internal static string Draw(EvaluationReport report)
    {
        ClassScore[] classes = [.. report.PerClass.OrderBy(c => c.Index)];
        return ConfusionSvg.Draw("Confusion matrix", [.. classes.Select(c => c.Name)], report.Confusion, [.. classes.Select(c => c.Pixels)]);
    }
}
