using System.Text;
using static System.FormattableString;

namespace UdaSeg.Api.Reports;

/// <summary>A confusion matrix whose rows are normalised: how much of each true class was called what. A file of its own, and good inside a page.</summary>
internal static class ConfusionSvg
{
    private const int MaxName = 20;

    /// <summary>With more classes the cells are too small for figures.</summary>
    private const int MaxWithFigures = 32;

    private const double EmptyRow = 0.25;

    /// <summary>From this share on the cell is dark on white (bright on black), and its figure turns: either has a contrast of at least 4.5.</summary>
    private const double Strong = 0.7;

    private const string Css = ".cm-bg{fill:#fff}.cm-c{fill:#084081;stroke:#d0d7de;stroke-width:.5}.cm-e{fill:#8c959f}"
        + ".cm-t,.cm-n{font-family:system-ui,sans-serif}.cm-t{fill:#1f2328}.cm-n{fill:#000;text-anchor:middle;pointer-events:none}.cm-h{fill:#fff}"
        + "@media (prefers-color-scheme:dark){.cm-bg{fill:#14171c}.cm-c{fill:#6ba3d0;stroke:#3d444d}.cm-e{fill:#6e7681}"
        + ".cm-t{fill:#e6edf3}.cm-n{fill:#fff}.cm-h{fill:#000}}";

    /// <param name="title">As it is: it is escaped here, like the names.</param>
    /// <param name="names">Of the classes.</param>
    /// <param name="counts">[C][C]: rows truth, columns prediction, in pixels.</param>
    /// <param name="pixels">Of each true class: with those that were called no class of the labels.</param>
    public static string Draw(string title, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<long>> counts, IReadOnlyList<long> pixels)
    {
        int cell = names.Count <= MaxWithFigures ? 30 : names.Count <= 64 ? 16 : 11, font = Math.Min(12, cell - 2);
        int label = (int)(0.62 * font * Math.Min(MaxName, names.Max(n => n.Length))) + 8, start = label + 22;
        int size = start + (cell * names.Count) + 4;
        var svg = new StringBuilder();
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" viewBox=\"0 0 {size} {size}\" role=\"img\""))
            .Append(Invariant($" aria-labelledby=\"cm-title cm-desc\" font-size=\"{font}\"><title id=\"cm-title\">{Markup.Text(title)}</title><desc id=\"cm-desc\">"))
            .Append("Rows are true classes, columns predicted ones. A cell is the share of the row's pixels; what a row lacks to 100 % was predicted as a class that ")
            .Append(Invariant($"the labels do not have. Grey rows have no pixel.</desc><style>{Css}</style><rect class=\"cm-bg\" width=\"{size}\" height=\"{size}\"/>"))
            .Append(Invariant($"<text class=\"cm-t\" x=\"{start}\" y=\"14\" font-size=\"12\" font-weight=\"600\">prediction</text>"))
            .Append(Invariant($"<text class=\"cm-t\" transform=\"translate(14 {size - 4}) rotate(-90)\" font-size=\"12\" font-weight=\"600\">ground truth</text>"));
        for (int i = 0; i < names.Count; i++)
        {
            int middle = start + (i * cell) + (cell / 2);
            string name = $"<title>{Markup.Text(names[i])}</title>{Markup.Short(names[i], MaxName)}</text>";
            svg.Append(Invariant($"<text class=\"cm-t\" x=\"{start - 6}\" y=\"{middle}\" dy=\".35em\" text-anchor=\"end\">{name}"))
                .Append(Invariant($"<text class=\"cm-t\" transform=\"translate({middle} {start - 6}) rotate(-90)\" dy=\".35em\">{name}"));
        }

        for (int row = 0; row < names.Count; row++)
        {
            for (int column = 0; column < names.Count; column++) AppendCell(row, column);
        }

        return svg.Append("</svg>").ToString();

        void AppendCell(int row, int column)
        {
            int x = start + (column * cell), y = start + (row * cell);
            bool empty = pixels[row] == 0;
            double share = empty ? 0 : (double)counts[row][column] / pixels[row];
            string told = empty
                ? $"{Markup.Text(names[row])}: no pixel in the ground truth"
                : $"{Markup.Text(names[row])} → {Markup.Text(names[column])}: {Markup.Percent(share)}"
                + $" ({Markup.Count(counts[row][column])} of {Markup.Count(pixels[row])} pixels)";
            svg.Append(Invariant($"<rect class=\"{(empty ? "cm-c cm-e" : "cm-c")}\" x=\"{x}\" y=\"{y}\" width=\"{cell}\" height=\"{cell}\""))
                .Append(Invariant($" fill-opacity=\"{Markup.Number(empty ? EmptyRow : share)}\"><title>{told}</title></rect>"));
            if (names.Count > MaxWithFigures || share < 0.005) return;
            svg.Append(Invariant($"<text class=\"cm-n{(share >= Strong ? " cm-h" : "")}\" x=\"{x + (cell / 2)}\" y=\"{y + (cell / 2)}\" dy=\".35em\">"))
                .Append(Invariant($"{100 * share:F0}</text>"));
        }
    }
}
