using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using UdaSeg.Api.Reports;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
using static UdaSeg.Api.Reports.Markup;

namespace UdaSeg.Api.Studies;

/// <summary>A study as one HTML page, light or dark as the reader's system is. Whatever a client named or sent is encoded.</summary>
internal static class StudyReport
{
    // The page's own encoding comes after: text that is no ASCII stays readable.
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="study">As it stands.</param>
    /// <param name="gallery">What the arms' models say of some images; null: none is shown.</param>
    public static string Of(StudyAnswer study, StudyGallery? gallery = null)
    {
        var page = new StringBuilder();
        page.Append($"<h1>{Text(study.Name)}</h1>\n");
        Standing(page, study);
        page.Append("<h2>mIoU by arm</h2>\n<p class=\"soft\">Percent; whiskers are one sample standard deviation over the seeds.</p>\n");
        page.Append(StudyChart.Of([.. study.Arms.Select(a => (a.Name, a.Miou))]));
        Arms(page, study);
        if (gallery is not null) StudyGalleryPart.Append(page, study, gallery);
        Classes(page, study);
        Runs(page, study);
        Settings(page, study);
        return ReportPage.Frame(study.Name, page.ToString());
    }

    private static void Standing(StringBuilder page, StudyAnswer study)
    {
        string origin = study.Template is { } template ? $" · template {Text(template)}" : "";
        page.Append($"<p>{Name(study.Status)} · {study.RunsEnded} of {study.RunsTotal} runs have ended{origin} · seeds {string.Join(", ", study.Seeds)}");
        page.Append($" · submitted {study.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC</p>\n");
        int open = study.RunsTotal - study.RunsEnded;
        if (open > 0)
        {
            page.Append($"<p class=\"note\">Unfinished: {open} of {study.RunsTotal} runs have not ended. The figures are those of the runs that have succeeded.</p>\n");
        }

        int lost = study.Arms.Sum(a => a.Runs.Count(r => r.Status is RunStatus.Failed or RunStatus.Cancelled));
        if (lost > 0) page.Append($"<p class=\"note\">{lost} of {study.RunsTotal} runs failed or were cancelled and are in no figure.</p>\n");
        foreach (string warning in study.Warnings) page.Append($"<p class=\"note\">{Text(warning)}</p>\n");
    }

    private static void Arms(StringBuilder page, StudyAnswer study)
    {
        PaperTable table = PaperTable.Of(study);
        page.Append("<h2>Table</h2>\n<p class=\"soft\">Percent, means over the seeds. Bold: the best of a column, by figures that are not rounded. ±: one sample ");
        page.Append("standard deviation of the mIoU over the seeds. n: runs with a result. Seconds: of training, evaluations with it.</p>\n");
        page.Append("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"IoU by arm and class\"><table class=\"tight\">\n<thead><tr>");
        page.Append("<th scope=\"col\">arm</th>");
        foreach (PaperColumn column in table.Columns)
        {
            page.Append(column.IsClass ? "<th scope=\"col\" class=\"up\">" : "<th scope=\"col\">").Append($"<span>{Text(column.Name)}</span></th>");
        }

        page.Append("</tr></thead>\n<tbody>");
        foreach (PaperRow row in table.Rows)
        {
            page.Append($"<tr><th scope=\"row\">{Text(row.Arm)}</th>");
            page.AppendJoin("", row.Cells.Select(c => c.IsBest ? $"<td><b>{c.Text}</b></td>" : $"<td>{c.Text}</td>")).Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
        if (table.LeftOut.Count == 0) return;
        page.Append($"<p class=\"soft\">No evaluation image has {Text(string.Join(", ", table.LeftOut))}.</p>\n");
    }

    private static void Classes(StringBuilder page, StudyAnswer study)
    {
        page.Append("<h2>Classes</h2>\n<p class=\"soft\">IoU, mean ± standard deviation, in percent; – where no run has the class in its ground truth.</p>\n");
        Table(
            page,
            "IoU by class",
            ["class", .. study.Arms.Select(a => a.Name)],
            study.Arms[0].PerClass.Select((c, i) => (string[])[c.Name, .. study.Arms.Select(a => StudyTables.Percent(a.PerClass[i].Iou))]));
    }

    private static void Runs(StringBuilder page, StudyAnswer study)
    {
        page.Append("<h2>Runs</h2>\n");
        Table(
            page,
            "Runs",
            ["arm", "seed", "status", "mIoU", "run"],
            study.Arms.SelectMany(a => a.Runs.Select(r => (string[])
            [
                a.Name,
                $"{r.Seed}",
                r.Failure is { } failure ? $"{Name(r.Status)}: {failure.Message}" : Name(r.Status),
                StudyTables.Percent(r.Miou is { } miou ? new Spread(miou, null, 1) : null),
                $"{r.Run}",
            ])));
    }

    private static void Settings(StringBuilder page, StudyAnswer study)
    {
        page.Append($"<h2>Settings</h2>\n<p>Of every arm, unless it has its own:</p>\n<pre>{Json(study.Base)}</pre>\n");
        foreach (StudyArmAnswer arm in study.Arms)
        {
            page.Append($"<h3>{Text(arm.Name)}</h3>\n");
            page.Append(arm.Options is { } options ? $"<pre>{Json(options)}</pre>\n" : "<p class=\"soft\">As the base.</p>\n");
        }
    }

    private static void Table(StringBuilder page, string caption, IEnumerable<string> head, IEnumerable<string[]> rows)
    {
        page.Append($"<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{Text(caption)}\"><table>\n<thead><tr>");
        page.AppendJoin("", head.Select(h => $"<th scope=\"col\">{Text(h)}</th>")).Append("</tr></thead>\n<tbody>");
        foreach (string[] row in rows)
        {
            page.Append($"<tr><th scope=\"row\">{Text(row[0])}</th>").AppendJoin("", row.Skip(1).Select(c => $"<td>{Text(c)}</td>")).Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static string Json<T>(T value) => Text(JsonSerializer.Serialize(value, Readable));

    private static string Name<T>(T status)
        where T : struct, Enum => status.ToString().ToLowerInvariant();
}
