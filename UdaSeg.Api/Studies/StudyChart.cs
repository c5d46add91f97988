using System.Text;
using UdaSeg.Api.Reports;
using UdaSeg.Domain.Studies;
using static System.FormattableString;

namespace UdaSeg.Api.Studies;

/// <summary>Bars of mIoU by arm, with whiskers of one standard deviation to each side, as inline SVG.</summary>
internal static class StudyChart
{
    private const int Row = 30, Bar = 16, Names = 250, Scale = 520, Right = 130, Top = 8, Axis = 26;
    private const int LongestName = 34;

    private const string Css = ".sc{width:100%;height:auto;font:14px system-ui,sans-serif;fill:#1f2328}.sc-b{fill:#0072b2}.sc-g{stroke:#d0d7de}.sc-t{fill:#59636e}"
        + ".sc-w{stroke:#1f2328;stroke-width:1.5;fill:none}@media (prefers-color-scheme:dark){.sc{fill:#e6edf3}.sc-b{fill:#56b4e9}.sc-g{stroke:#3d444d}"
        + ".sc-t{fill:#9aa4af}.sc-w{stroke:#e6edf3}}";

    /// <param name="arms">Name and mIoU, 0..1, of each; null where there is none yet.</param>
    public static string Of(IReadOnlyList<(string Name, Spread? Miou)> arms)
    {
        double end = Math.Max(10, 10 * Math.Ceiling(arms.Max(a => 10 * ((a.Miou?.Mean ?? 0) + (a.Miou?.Sd ?? 0))))); // in percent, full tens
        int bottom = Top + (Row * arms.Count);
        var svg = new StringBuilder();
        svg.Append(Invariant($"<svg class=\"sc\" role=\"img\" aria-label=\"mIoU in percent by arm\" viewBox=\"0 0 {Names + Scale + Right} {bottom + Axis}\">"));
        svg.Append($"<style>{Css}</style>\n");
        for (double tick = 0; tick <= end; tick += end > 50 ? 20 : 10)
        {
            double x = X(tick);
            svg.Append(Invariant($"<line class=\"sc-g\" x1=\"{x:0.#}\" y1=\"{Top}\" x2=\"{x:0.#}\" y2=\"{bottom}\"/>"));
            svg.Append(Invariant($"<text class=\"sc-t\" x=\"{x:0.#}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{tick:0}</text>\n"));
        }

        for (int i = 0; i < arms.Count; i++) Draw(svg, arms[i].Name, arms[i].Miou, Top + (Row * i) + (Row / 2));
        return svg.Append("</svg>\n").ToString();

        double X(double percent) => Names + (Scale * percent / end);

        void Draw(StringBuilder svg, string name, Spread? miou, int y)
        {
            svg.Append(Invariant($"<text x=\"{Names - 10}\" y=\"{y + 5}\" text-anchor=\"end\">{Markup.Short(name, LongestName)}</text>"));
            double mean = 100 * (miou?.Mean ?? 0), sd = 100 * (miou?.Sd ?? 0);
            if (miou is not null)
            {
                svg.Append(Invariant($"<rect class=\"sc-b\" x=\"{Names}\" y=\"{y - (Bar / 2)}\" width=\"{X(mean) - Names:0.#}\" height=\"{Bar}\"/>"));
            }

            if (miou?.Sd is not null)
            {
                double low = X(Math.Max(0, mean - sd)), high = X(mean + sd);
                svg.Append(Invariant($"<path class=\"sc-w\" d=\"M{low:0.#} {y}H{high:0.#}M{low:0.#} {y - 5}V{y + 5}M{high:0.#} {y - 5}V{y + 5}\"/>"));
            }

            svg.Append(Invariant($"<text x=\"{X(mean + sd) + 8:0.#}\" y=\"{y + 5}\">{(miou is null ? "no result yet" : StudyTables.Percent(miou))}</text>\n"));
        }
    }
}
