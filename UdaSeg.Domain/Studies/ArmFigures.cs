using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;

namespace UdaSeg.Domain.Studies;

/// <param name="Index">0..C−1.</param>
/// <param name="Name">Of the label space.</param>
/// <param name="Iou">0..1, over the runs whose ground truth has the class; null when none has.</param>
public sealed record ClassSpread(int Index, string Name, Spread? Iou);

/// <summary>An arm's row of a study's table. IoUs are 0..1.</summary>
/// <param name="Miou">Over the runs that have one; null when none has.</param>
/// <param name="Subsets">The same over each named subset that was measured.</param>
/// <param name="PerClass">Every class of the label space.</param>
public sealed record ArmFigures(Spread? Miou, IReadOnlyDictionary<string, Spread> Subsets, IReadOnlyList<ClassSpread> PerClass)
{
    /// <param name="classes">Of the label space.</param>
    /// <param name="reports">Of each run that has a result.</param>
    public static ArmFigures Of(IReadOnlyList<LabelClass> classes, IReadOnlyList<EvaluationReport> reports) => new(
        Of(reports.Select(r => r.Miou)),
        reports.SelectMany(r => r.Subsets.Keys).Distinct(StringComparer.Ordinal)
            .Select(name => (name, Spread: Of(reports.Select(r => r.Subsets.GetValueOrDefault(name)))))
            .Where(s => s.Spread is not null)
            .ToDictionary(s => s.name, s => s.Spread!, StringComparer.Ordinal),
        [.. classes.Select(c => new ClassSpread(c.Index, c.Name, Of(reports.Select(r => r.PerClass.FirstOrDefault(p => p.Index == c.Index)?.Iou))))]);

    private static Spread? Of(IEnumerable<double?> values) => Spread.Of(values.OfType<double>());
}
