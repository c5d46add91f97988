using System.Globalization;
using System.Text;
using UdaSeg.Domain.Evaluation;

namespace UdaSeg.Demo;

/// <summary>The demo's figures as text.</summary>
internal static class Scoreboard
{
    private const int NameWidth = 18;

    /// <param name="rows">A name and an mIoU (0..1; null: nothing was labelled) each.</param>
    public static string Miou(IEnumerable<(string Name, double? Miou)> rows)
    {
        var text = new StringBuilder().AppendLine($"{"",-NameWidth}   mIoU on camera-val");
        foreach ((string name, double? miou) in rows) text.AppendLine($"{name,-NameWidth} {Share(miou)}  {ProgressLine.Bar(miou ?? 0, 40)}");
        return text.ToString();
    }

    /// <summary>IoU by class, a column a model.</summary>
    public static string PerClass(IReadOnlyList<(string Name, IReadOnlyList<ClassScore> Scores)> models)
    {
        var text = new StringBuilder($"{"IoU",-NameWidth}");
        foreach ((string name, _) in models) text.Append($" {name,12}");
        text.AppendLine();
        foreach (ClassScore row in models[0].Scores)
        {
            text.Append($"{row.Name,-NameWidth}");
            foreach ((_, IReadOnlyList<ClassScore> scores) in models) text.Append($" {Share(scores.FirstOrDefault(s => s.Index == row.Index)?.Iou),12}");
            text.AppendLine();
        }

        return text.ToString();
    }

    private static string Share(double? share) => share is { } value ? value.ToString("0.000", CultureInfo.InvariantCulture) : "  -  ";
}
