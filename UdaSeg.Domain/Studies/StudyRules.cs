using UdaSeg.Domain.Errors;

namespace UdaSeg.Domain.Studies;

/// <summary>What a study may be, all faults at once.</summary>
public static class StudyRules
{
    public const int MaxArms = 32;
    public const int MaxSeeds = 16;
    public const int MaxName = 100;
    public const int MaxArmName = 60;

    /// <param name="name">The study's.</param>
    /// <param name="arms">Their names, trimmed.</param>
    /// <param name="seeds">Of each arm.</param>
    /// <exception cref="RuleViolationException"><c>invalid-study</c> (422).</exception>
    public static void Check(string name, IReadOnlyList<string> arms, IReadOnlyList<long> seeds)
    {
        var faults = new FaultList();
        faults.Require(NameRule.Fits(name, MaxName), "name", $"A name of 1 to {MaxName} printable characters is needed.");
        faults.Require(arms.Count is >= 1 and <= MaxArms, "arms", $"1 to {MaxArms} arms.");
        faults.Require(seeds.Count is >= 1 and <= MaxSeeds, "seeds", $"1 to {MaxSeeds} seeds.");
        faults.Require(seeds.Distinct().Count() == seeds.Count, "seeds", "Each seed once.");
        for (int i = 0; i < arms.Count; i++)
        {
            faults.Require(NameRule.Fits(arms[i], MaxArmName), $"arms[{i}].name", $"A name of 1 to {MaxArmName} printable characters is needed.");
            faults.Require(arms.Take(i).All(a => a != arms[i]), $"arms[{i}].name", $"There is an arm '{arms[i]}' before it.");
        }

        faults.ThrowIfAny("invalid-study", "The study is not usable.");
    }
}
