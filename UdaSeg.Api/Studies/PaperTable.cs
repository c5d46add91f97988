using System.Globalization;
using UdaSeg.Domain.Studies;

namespace UdaSeg.Api.Studies;

/// <param name="Name">As it is: whoever shows it escapes it.</param>
/// <param name="IsClass">Its heading may be long, and stands upright.</param>
internal sealed record PaperColumn(string Name, bool IsClass = false);

/// <param name="Text">A figure or a dash.</param>
/// <param name="IsBest">Of its column, by the figure before it was rounded.</param>
internal sealed record PaperCell(string Text, bool IsBest = false);

/// <param name="Arm">Its name.</param>
/// <param name="Cells">One for each column.</param>
internal sealed record PaperRow(string Arm, IReadOnlyList<PaperCell> Cells);

/// <summary>A study's table in the form of the paper's: a row an arm, a column a class, the means at the end. In percent with one digit.</summary>
/// <param name="Columns">Without that of the arms' names.</param>
/// <param name="Rows">The arms in the study's order.</param>
/// <param name="LeftOut">Classes without a column, as no evaluation image has them.</param>
internal sealed record PaperTable(IReadOnlyList<PaperColumn> Columns, IReadOnlyList<PaperRow> Rows, IReadOnlyList<string> LeftOut)
{
    public const string None = "–";

    /// <summary>Less is printed as 0.0.</summary>
    private const double LeastShown = 0.0005;

    public static PaperTable Of(StudyAnswer study)
    {
        IReadOnlyList<StudyArmAnswer> arms = study.Arms;
        (string Name, int Index, bool Seen)[] classes =
            [.. arms[0].PerClass.Select((c, i) => (c.Name, i, arms.Any(a => a.PerClass[i].Iou is not null)))];
        (PaperColumn Column, PaperCell[] Cells)[] columns =
        [
            .. classes.Where(c => c.Seen).Select(c => (new PaperColumn(c.Name, IsClass: true), Means(arms, arm => arm.PerClass[c.Index].Iou))),
            .. Subsets(arms).Select(subset => (new PaperColumn($"mIoU of {subset}"), Means(arms, arm => arm.Subsets.GetValueOrDefault(subset)))),
            (new PaperColumn("mIoU"), Means(arms, arm => arm.Miou)),
            (new PaperColumn("±"), Plain(arms, arm => 100 * arm.Miou?.Sd, "0.0")),
            (new PaperColumn("n"), Plain(arms, arm => arm.Miou?.N ?? 0, "0")),
            (new PaperColumn("seconds"), Plain(arms, arm => arm.Seconds?.Mean, "0")),
        ];
        bool measured = classes.Any(c => c.Seen);
        return new PaperTable(
            [.. columns.Select(c => c.Column)],
            [.. arms.Select((arm, row) => new PaperRow(arm.Name, [.. columns.Select(c => c.Cells[row])]))],
            [.. classes.Where(c => measured && !c.Seen).Select(c => c.Name)]);
    }

    /// <returns>Every subset that some arm was measured on.</returns>
    public static IEnumerable<string> Subsets(IReadOnlyList<StudyArmAnswer> arms) => arms.SelectMany(a => a.Subsets.Keys).Distinct(StringComparer.Ordinal);

    private static PaperCell[] Means(IReadOnlyList<StudyArmAnswer> arms, Func<StudyArmAnswer, Spread?> of)
    {
        double?[] means = [.. arms.Select(a => of(a)?.Mean)];
        double[] ranked = [.. means.OfType<double>()];

        // One figure alone, or all alike, is better than nothing else; nor is a nought that is one only when it is rounded.
        double? best = ranked.Length > 1 && ranked.Max() > ranked.Min() && ranked.Max() >= LeastShown ? ranked.Max() : null;
        return [.. means.Select(mean => new PaperCell(Text(100 * mean, "0.0"), mean is not null && mean == best))];
    }

    private static PaperCell[] Plain(IReadOnlyList<StudyArmAnswer> arms, Func<StudyArmAnswer, double?> of, string format) =>
        [.. arms.Select(a => new PaperCell(Text(of(a), format)))];

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;
}
