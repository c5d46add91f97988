using System.Text;
using static System.FormattableString;

namespace UdaSeg.Api.Reports;

/// <param name="Name">As it is: it is escaped when drawn.</param>
/// <param name="Values">One a series, 0..1; null where there is none.</param>
internal sealed record BarRow(string Name, IReadOnlyList<double?> Values);

/// <summary>Shares as horizontal bars, each row under its name and figures. As wide as its place: the bars scale, the text does not.</summary>
internal static class SvgBars
{
    private const int Legend = 26, Text = 20, Bar = 8, Gap = 10, MaxName = 24;

    // Blue and orange are told apart by every kind of colour vision; the orange is darker on white, for contrast.
    private const string Css = ".sb-t{font:13px system-ui,sans-serif;fill:#1f2328}.sb-b{fill:#e3e7eb}.sb-0{fill:#0072b2}.sb-1{fill:#b86e00}"
        + "@media (prefers-color-scheme:dark){.sb-t{fill:#e6edf3}.sb-b{fill:#2a3038}.sb-0{fill:#56b4e9}.sb-1{fill:#e69f00}}";

    /// <param name="title">What a reader who does not see it is told.</param>
    /// <param name="series">One or two names.</param>
    /// <param name="rows">Of as many values as there are series.</param>
    /// <returns>An svg element to stand in a page.</returns>
    public static string Draw(string title, IReadOnlyList<string> series, IReadOnlyList<BarRow> rows)
    {
        int height = Text + (Bar * series.Count) + Gap;
        var svg = new StringBuilder();
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100%\" height=\"{Legend + (height * rows.Count)}\" style=\"max-width:44rem\""))
            .Append($" role=\"img\" aria-label=\"{Markup.Text(title)}\"><style>{Css}</style>");
        for (int s = 0; s < series.Count; s++)
        {
            svg.Append(Invariant($"<rect class=\"sb-{s}\" x=\"{110 * s}\" y=\"4\" width=\"12\" height=\"12\"/>"))
                .Append(Invariant($"<text class=\"sb-t\" x=\"{(110 * s) + 18}\" y=\"15\">{Markup.Text(series[s])}</text>"));
        }

        for (int i = 0; i < rows.Count; i++) AppendRow(svg, rows[i], Legend + (i * height));
        return svg.Append("</svg>").ToString();
    }

    private static void AppendRow(StringBuilder svg, BarRow row, int top)
    {
        string figures = string.Join(" · ", row.Values.Select(Markup.Percent));
        svg.Append(Invariant($"<g><title>{Markup.Text(row.Name)}: {figures}</title>"))
            .Append(Invariant($"<text class=\"sb-t\" x=\"0\" y=\"{top + 15}\">{Markup.Short(row.Name, MaxName)}</text>"))
            .Append(Invariant($"<text class=\"sb-t\" x=\"100%\" y=\"{top + 15}\" text-anchor=\"end\">{figures}</text>"));
        for (int s = 0; s < row.Values.Count; s++)
        {
            int y = top + Text + (s * Bar);
            svg.Append(Invariant($"<rect class=\"sb-b\" x=\"0\" y=\"{y}\" width=\"100%\" height=\"{Bar - 2}\"/>"));
            if (row.Values[s] is not { } value) continue;
            svg.Append(Invariant($"<rect class=\"sb-{s}\" x=\"0\" y=\"{y}\" width=\"{Markup.Number(100 * Math.Clamp(value, 0, 1))}%\" height=\"{Bar - 2}\"/>"));
        }

        svg.Append("</g>");
    }
}
