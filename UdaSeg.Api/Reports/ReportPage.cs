namespace UdaSeg.Api.Reports;

/// <summary>
/// The frame of a report: one file that needs nothing from anywhere, no scripts, light or dark as the reader's system is, and narrow enough for a phone. It is
/// well-formed XML too.
/// </summary>
internal static class ReportPage
{
    public const string MediaType = "text/html; charset=utf-8";

    /// <summary>Even if something that should not got into a report: nothing is fetched and nothing runs.</summary>
    private const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    private const string Css = """
        :root{color-scheme:light dark;--bg:#fff;--ink:#1f2328;--soft:#59636e;--line:#d0d7de;--fill:#f3f5f7;--note:#fff4d6}
        @media (prefers-color-scheme:dark){:root{--bg:#14171c;--ink:#e6edf3;--soft:#9aa4af;--line:#3d444d;--fill:#1d2229;--note:#3a3115}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        main{max-width:70rem;margin:0 auto;padding:1rem}
        h1{font-size:1.6rem;line-height:1.25;overflow-wrap:anywhere}
        h2{font-size:1.25rem;margin:2.2rem 0 .6rem} h3{font-size:1rem;margin:1.4rem 0 .4rem;overflow-wrap:anywhere}
        dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(16rem,100%),1fr));gap:.6rem 1.4rem;margin:0}
        dt{color:var(--soft);font-size:.85rem} dd{margin:0;overflow-wrap:anywhere}
        .big{font-size:2rem;font-weight:600} .soft{color:var(--soft)} .note{background:var(--note);padding:.6rem .9rem;border-radius:.4rem}
        .wide{overflow-x:auto} .wide:focus-visible{outline:2px solid currentColor}
        table{border-collapse:collapse;min-width:min(22rem,100%)} caption{text-align:left;color:var(--soft);padding:.2rem 0}
        th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:right} th:first-child,td.text,th.text{text-align:left;overflow-wrap:anywhere}
        thead th{background:var(--fill)} th[scope=row]{font-weight:400}
        .tight th,.tight td{padding:.3rem .4rem;white-space:nowrap;font-variant-numeric:tabular-nums} .tight thead th{vertical-align:bottom}
        .up span{display:inline-block;writing-mode:vertical-rl;transform:rotate(180deg)} .tight th:first-child{position:sticky;left:0;max-width:12rem;white-space:normal;background:var(--bg)}
        .shots th,.shots td{padding:.25rem;vertical-align:top;text-align:left;border:none} .shots img{display:block;width:9rem;height:auto;background:var(--fill)}
        .swatch{display:inline-block;width:.9em;height:.9em;border:1px solid var(--line);border-radius:.15em;margin-right:.45em;vertical-align:-.08em}
        .pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr));gap:.8rem}
        figure{margin:0} figure img{display:block;width:100%;height:auto;background:var(--fill)} figcaption{font-size:.85rem;color:var(--soft)}
        ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid var(--line);padding-left:1rem}
        @media print{main{max-width:none} figure,tr{break-inside:avoid}}
        """;

    /// <param name="title">As it is: it is escaped here.</param>
    /// <param name="bodyHtml">With user's text escaped already, see <see cref="Markup.Text"/>.</param>
    public static string Frame(string title, string bodyHtml) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{Markup.Text(title)}</title>
        <style>
        {Css}
        </style>
        </head>
        <body>
        <main>
        {bodyHtml}
        </main>
        </body>
        </html>
        """;

    /// <summary>For whoever opens the answer in a browser.</summary>
    public static void Protect(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
