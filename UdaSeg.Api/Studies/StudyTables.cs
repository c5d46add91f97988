using System.Globalization;
using System.Text;
using UdaSeg.Domain.Studies;

namespace UdaSeg.Api.Studies;

/// <summary>A study's table as text; rows: the arms.</summary>
internal static class StudyTables
{
    private const string Formula = "=+-@\t\r";
    private const string Punctuation = "\\`*_[]<>|~&";

    public static string Csv(StudyAnswer study)
    {
        (string Name, Func<StudyArmAnswer, Spread?> Of)[] columns = [.. Columns(study)];
        var text = new StringBuilder();
        Row(["arm", .. columns.SelectMany(c => new[] { c.Name, $"{c.Name} sd", $"{c.Name} n" })]);
        foreach (StudyArmAnswer arm in study.Arms) Row([arm.Name, .. columns.SelectMany(c => Numbers(c.Of(arm)))]);
        return text.ToString();

        void Row(IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");
    }

    public static string Markdown(StudyAnswer study)
    {
        PaperTable table = PaperTable.Of(study);
        var text = new StringBuilder();
        Row(["arm", .. table.Columns.Select(c => Escaped(c.Name))]);
        text.Append("|---|").Insert(text.Length, "---:|", table.Columns.Count).Append('\n');
        foreach (PaperRow row in table.Rows) Row([Escaped(row.Arm), .. row.Cells.Select(c => c.IsBest ? $"**{c.Text}**" : c.Text)]);
        return text.ToString();

        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    /// <returns>Such as <c>56.1 ± 0.4</c>, in percent; the mean alone for a single run, a dash for none.</returns>
    public static string Percent(Spread? spread) => spread switch
    {
        null => PaperTable.None,
        { Sd: { } sd } => string.Create(CultureInfo.InvariantCulture, $"{100 * spread.Mean:0.0} ± {100 * sd:0.0}"),
        _ => (100 * spread.Mean).ToString("0.0", CultureInfo.InvariantCulture),
    };

    /// <returns>Name and figure of every column of the spreadsheet: mIoU, each subset, each class.</returns>
    private static IEnumerable<(string Name, Func<StudyArmAnswer, Spread?> Of)> Columns(StudyAnswer study)
    {
        yield return ("mIoU", arm => arm.Miou);
        foreach (string subset in PaperTable.Subsets(study.Arms))
        {
            yield return ($"mIoU of {subset}", arm => arm.Subsets.GetValueOrDefault(subset));
        }

        for (int c = 0; c < study.Arms[0].PerClass.Count; c++)
        {
            int index = c;
            yield return (study.Arms[0].PerClass[c].Name, arm => arm.PerClass[index].Iou);
        }
    }

    private static IEnumerable<string> Numbers(Spread? spread) =>
        [Number(spread?.Mean), Number(spread?.Sd), (spread?.N ?? 0).ToString(CultureInfo.InvariantCulture)];

    private static string Number(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    private static string Cell(string text)
    {
        if (text.Length > 0 && Formula.Contains(text[0], StringComparison.Ordinal)) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>What a name says must neither end its cell nor become a link, a tag or emphasis.</summary>
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in text)
        {
            if (Punctuation.Contains(c, StringComparison.Ordinal)) escaped.Append('\\');
            escaped.Append(char.IsControl(c) ? ' ' : c);
        }

        return escaped.ToString();
    }
}
