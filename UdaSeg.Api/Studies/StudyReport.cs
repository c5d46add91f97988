using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.Studies;

/// <summary>A study as one HTML page, light or dark as the reader's system is. Whatever a client named or sent is encoded.</summary>
internal static class StudyReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2024; --faint: #6a737d; --rule: #d8dee4; --page: #ffffff; --bar: #3b7dd8; --note: #fff4d6; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6e8eb; --faint: #9aa4af; --rule: #3a424b; --page: #14181c; --bar: #5b9cf0; --note: #3a3115; } }
        body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        h1, h2, td, th, p, li { overflow-wrap: anywhere; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; min-width: 4rem; }
        th:first-child, td:first-child { text-align: left; }
        .faint, .tick { color: var(--faint); fill: var(--faint); }
        .note { background: var(--note); padding: .6rem 1rem; border-radius: 4px; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid var(--rule); padding-left: 1rem; }
        .chart { width: 100%; height: auto; font-size: 14px; fill: var(--ink); }
        .chart .bar { fill: var(--bar); } .chart .grid { stroke: var(--rule); } .chart .whisker { stroke: var(--ink); stroke-width: 1.5; fill: none; }
        """;

    // The page's own encoding comes after: text that is no ASCII stays readable.
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(StudyAnswer study)
    {
        string title = Text(study.Name);
        var page = new StringBuilder();
        page.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n");
        page.Append($"<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n");
        Standing(page, study);
        page.Append("<h2>mIoU by arm</h2>\n<p class=\"faint\">Percent; whiskers are one sample standard deviation over the seeds.</p>\n");
        page.Append(StudyChart.Of([.. study.Arms.Select(a => (a.Name, a.Miou))]));
        Arms(page, study);
        Classes(page, study);
        Runs(page, study);
        Settings(page, study);
        return page.Append("</body>\n</html>\n").ToString();
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
        (string Name, Func<StudyArmAnswer, Spread?> Of)[] columns =
            [.. StudyTables.Columns(study).SkipLast(study.Arms[0].PerClass.Count)];
        page.Append("<h2>Table</h2>\n<p class=\"faint\">mean ± standard deviation, in percent; n: runs with a result, of those submitted.</p>\n");
        Table(
            page,
            ["arm", .. columns.Select(c => c.Name), "n"],
            study.Arms.Select(a => (string[])[a.Name, .. columns.Select(c => StudyTables.Percent(c.Of(a))), $"{a.Miou?.N ?? 0} of {a.Runs.Count}"]));
    }

    private static void Classes(StringBuilder page, StudyAnswer study)
    {
        page.Append("<h2>Classes</h2>\n<p class=\"faint\">IoU, mean ± standard deviation, in percent; – where no run has the class in its ground truth.</p>\n");
        Table(
            page,
            ["class", .. study.Arms.Select(a => a.Name)],
            study.Arms[0].PerClass.Select((c, i) => (string[])[c.Name, .. study.Arms.Select(a => StudyTables.Percent(a.PerClass[i].Iou))]));
    }

    private static void Runs(StringBuilder page, StudyAnswer study)
    {
        page.Append("<h2>Runs</h2>\n");
        Table(
            page,
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
            page.Append(arm.Options is { } options ? $"<pre>{Json(options)}</pre>\n" : "<p class=\"faint\">As the base.</p>\n");
        }
    }

    private static void Table(StringBuilder page, IEnumerable<string> head, IEnumerable<string[]> rows)
    {
        page.Append("<div class=\"scroll\"><table>\n<tr>").AppendJoin("", head.Select(h => $"<th>{Text(h)}</th>")).Append("</tr>\n");
        foreach (string[] row in rows) page.Append("<tr>").AppendJoin("", row.Select(c => $"<td>{Text(c)}</td>")).Append("</tr>\n");
        page.Append("</table></div>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Json<T>(T value) => Text(JsonSerializer.Serialize(value, Readable));

    private static string Name<T>(T status)
        where T : struct, Enum => status.ToString().ToLowerInvariant();
}
