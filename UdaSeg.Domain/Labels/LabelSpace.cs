using UdaSeg.Domain.Errors;

namespace UdaSeg.Domain.Labels;

/// <summary>The classes that a model tells apart: dense indices 0..C−1, names, colours and named subsets over which mIoU is also reported.</summary>
public sealed record LabelSpace(string Id, string Name, IReadOnlyList<LabelClass> Classes, IReadOnlyDictionary<string, IReadOnlyList<int>> Subsets)
{
    public const int MaxClasses = 255;
    public const int MaxName = 100;
    public const int MaxSubsets = 100;

    public int Count => Classes.Count;

    /// <summary>Checks what a client posted: 1..255 classes, dense indices, unique names, colours in range, subsets that name classes of the space.</summary>
    /// <exception cref="RuleViolationException">With code <c>invalid-label-space</c> and every fault by field.</exception>
    public static LabelSpace Create(string id, string name, IReadOnlyList<LabelClass> classes, IReadOnlyDictionary<string, IReadOnlyList<int>>? subsets = null)
    {
        var faults = new FaultList();
        if (!NameRule.Fits(name, MaxName)) faults.Add("name", $"A name of 1 to {MaxName} printable characters is needed.");
        if (classes.Count is 0 or > MaxClasses) faults.Add("classes", $"1 to {MaxClasses} classes are needed, not {classes.Count}.");
        LabelClass[] ordered = [.. classes.OrderBy(c => c.Index)];
        for (int i = 0; i < ordered.Length; i++)
        {
            LabelClass c = ordered[i];
            if (c.Index != i) faults.Add("classes", $"Indices must be 0..{ordered.Length - 1} without gaps; {i} is missing or doubled.");
            if (!NameRule.Fits(c.Name, MaxName)) faults.Add("classes", $"Class {c.Index} has no name of 1 to {MaxName} printable characters.");
            if (c.Color is not { Count: 3 } || c.Color.Any(v => v is < 0 or > 255)) faults.Add("classes", $"The color of class {c.Index} must be three numbers 0..255.");
        }

        if (ordered.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count() != ordered.Length) faults.Add("classes", "Names must be unique.");
        if (subsets?.Count > MaxSubsets || subsets?.Keys.All(s => NameRule.Fits(s, MaxName)) == false)
        {
            faults.Add("subsets", $"At most {MaxSubsets} subsets with names of 1 to {MaxName} printable characters.");
        }

        foreach ((string subset, IReadOnlyList<int> members) in subsets ?? new Dictionary<string, IReadOnlyList<int>>())
        {
            if (members.Count == 0 || members.Any(m => m < 0 || m >= ordered.Length)) faults.Add("subsets", $"Subset '{subset}' must list indices of the space's classes.");
        }

        faults.ThrowIfAny("invalid-label-space", "The label space is not usable.");
        return new LabelSpace(id, name, ordered, subsets ?? new Dictionary<string, IReadOnlyList<int>>());
    }
}
