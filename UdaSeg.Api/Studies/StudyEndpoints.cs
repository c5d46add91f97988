using Microsoft.AspNetCore.Http.HttpResults;
using UdaSeg.Api.Idempotency;
using UdaSeg.Api.Reports;
using UdaSeg.Api.Security;
using UdaSeg.Api.TrainingRuns;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Studies;

/// <summary>Comparing arms over seeds.</summary>
internal static class StudyEndpoints
{
    public const string Path = "/api/v1/studies";

    private const string Csv = "text/csv; charset=utf-8";
    private const string Markdown = "text/markdown; charset=utf-8";

    public static void MapStudies(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder studies = v1.MapGroup("/studies").WithTags("Studies");
        studies.MapPost("/", Create)
            .Needs(AccessRole.Trainer).WithName("createStudy").TakesIdempotencyKey().ProducesProblem(400).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
        studies.MapGet("/", List).Needs(AccessRole.Viewer).WithName("listStudies").ProducesProblem(400);
        studies.MapGet("/{id:guid}", Get).Needs(AccessRole.Viewer).WithName("getStudy").ProducesProblem(404);
        studies.MapPost("/{id:guid}/cancel", Cancel).Needs(AccessRole.Trainer).WithName("cancelStudy").ProducesProblem(400).ProducesProblem(404);
        studies.MapGet("/{id:guid}/report", Report)
            .Needs(AccessRole.Viewer).WithName("getStudyReport").Produces<string>(200, "text/html").ProducesProblem(404);
        studies.MapGet("/{id:guid}/table.csv", TableCsv)
            .Needs(AccessRole.Viewer).WithName("getStudyTableCsv").Produces<string>(200, "text/csv").ProducesProblem(404);
        studies.MapGet("/{id:guid}/table.md", TableMarkdown)
            .Needs(AccessRole.Viewer).WithName("getStudyTableMarkdown").Produces<string>(200, "text/markdown").ProducesProblem(404);
        v1.MapGet("/study-templates", ListTemplates).Needs(AccessRole.Viewer).WithName("listStudyTemplates").WithTags("Studies");
    }

    /// <summary>
    /// Submits one training run for each arm and seed. All are checked before any is made, and all are made or none. An arm's options go over the base's,
    /// the seed over both.
    /// </summary>
    internal static async Task<Accepted<StudyAnswer>> Create(StudyRequest request, StudySubmission submission, StudyReading reading, CancellationToken cancel)
    {
        Study study = await submission.SubmitAsync(request, cancel);
        return TypedResults.Accepted($"{Path}/{study.Id}", await reading.ReadAsync(study, cancel));
    }

    /// <summary>Lists studies, newest first.</summary>
    /// <param name="limit">1 to 500, default 50.</param>
    /// <param name="cursor">A former answer's <c>nextCursor</c>.</param>
    internal static async Task<Ok<Page<StudyAnswer>>> List(int? limit, string? cursor, StudyStore studies, StudyReading reading, CancellationToken cancel)
    {
        Page<Study> page = await studies.ListAsync(PageRequest.Of(limit, cursor), cancel);
        var answers = new List<StudyAnswer>();
        foreach (Study study in page.Items) answers.Add(await reading.ReadAsync(study, cancel));
        return TypedResults.Ok(new Page<StudyAnswer>(answers, page.NextCursor));
    }

    /// <summary>A study as its runs stand: mean and standard deviation of mIoU and of each class's IoU, by arm.</summary>
    internal static async Task<Ok<StudyAnswer>> Get(Guid id, StudyStore studies, StudyReading reading, CancellationToken cancel) =>
        TypedResults.Ok(await reading.ReadAsync(await studies.GetAsync(id, cancel), cancel));

    /// <summary>
    /// Cancels every run of the study that has not ended, as each could be cancelled alone: those that wait at once, those that run after a checkpoint, or with
    /// mode <c>now</c> without.
    /// </summary>
    internal static async Task<Accepted<StudyAnswer>> Cancel(Guid id, StudyStore studies, StudyReading reading, RunStore runs, RunLedger ledger, TimeProvider clock,
        CancellationToken cancel, CancelRequest? request = null)
    {
        Study study = await studies.GetAsync(id, cancel);
        CancelMode mode = request?.Mode ?? CancelMode.Checkpoint;
        IReadOnlyDictionary<Guid, TrainingRun> found = await runs.FindAllAsync([.. study.Arms.SelectMany(a => a.Runs)], cancel);
        foreach (TrainingRun run in found.Values.Where(r => !r.Status.IsTerminal()).OrderBy(r => r.IsOpen())) // or one that waits would start in between
        {
            ledger.Write(run.Id, now => now.Status.IsTerminal() ? now : now.Cancel(clock.GetUtcNow(), mode), "cancelled with its study");
        }

        return TypedResults.Accepted($"{Path}/{id}", await reading.ReadAsync(study, cancel));
    }

    /// <summary>The study as a page to look at and keep: a chart, the table in the paper's form, sample predictions, each class, and the settings.</summary>
    /// <remarks>
    /// It needs no other file. Of predictions it has those that are at hand (kept by the runs' evaluations, or looked at lately), no wider than 200 pixels and of
    /// about a megabyte together; what is left out is named.
    /// </remarks>
    internal static async Task<ContentHttpResult> Report(
        Guid id, StudyStore studies, StudyReading reading, StudyGalleries galleries, HttpResponse response, CancellationToken cancel)
    {
        StudyAnswer study = await reading.ReadAsync(await studies.GetAsync(id, cancel), cancel);
        StudyGallery? gallery = await galleries.DrawAsync(study, cancel);
        ReportPage.Protect(response);
        return TypedResults.Content(StudyReport.Of(study, gallery), ReportPage.MediaType);
    }

    /// <summary>The table for a spreadsheet (RFC 4180): mean, standard deviation and n of mIoU, of each subset and of each class, 0..1.</summary>
    /// <remarks>A cell that a spreadsheet would take for a formula begins with an apostrophe.</remarks>
    internal static async Task<ContentHttpResult> TableCsv(Guid id, StudyStore studies, StudyReading reading, CancellationToken cancel) =>
        TypedResults.Content(StudyTables.Csv(await reading.ReadAsync(await studies.GetAsync(id, cancel), cancel)), Csv);

    /// <summary>The table for a text (GitHub's Markdown), in the paper's form: a row an arm, a column a class, the best of each column bold.</summary>
    /// <remarks>Means over the seeds in percent; ± is the sample standard deviation of the mIoU. Classes that no evaluation image has are left out.</remarks>
    internal static async Task<ContentHttpResult> TableMarkdown(Guid id, StudyStore studies, StudyReading reading, CancellationToken cancel) =>
        TypedResults.Content(StudyTables.Markdown(await reading.ReadAsync(await studies.GetAsync(id, cancel), cancel)), Markdown);

    /// <summary>Ready arms: the systems of the paper's Tables 1 and 2, and the ablations of its Tables 3 and 4.</summary>
    internal static Ok<StudyTemplatesAnswer> ListTemplates() => TypedResults.Ok(new StudyTemplatesAnswer(StudyTemplates.All));
}

/// <param name="Items">In the paper's order.</param>
public sealed record StudyTemplatesAnswer(IReadOnlyList<StudyTemplate> Items);
