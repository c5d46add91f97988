using UdaSeg.Domain.Errors;
using UdaSeg.Domain.SelfTraining;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>What a client asks of a prepared stage.</summary>
internal sealed record StageQuery(int Bins, double? Percent, double? MaxThreshold)
{
    public const int DefaultBins = 64;

    public const int MaxBins = 1024;

    public bool AsksWhatIf => Percent is not null || MaxThreshold is not null;

    /// <exception cref="RuleViolationException"><c>invalid-stage-query</c> (400), with every fault.</exception>
    public static StageQuery Read(int? bins, double? percent, double? maxThreshold)
    {
        var faults = new Dictionary<string, string[]>();
        int count = bins ?? DefaultBins;
        if (count is < 1 or > MaxBins || ConfidenceHistogram.Bins % count != 0) faults["bins"] = [$"A power of two from 1 to {MaxBins} is needed."];
        if (percent is { } p && p is not (> 0 and <= 100)) faults["percent"] = ["Above 0, at most 100."];
        if (maxThreshold is { } t && t is not (> 0 and <= 1)) faults["maxThreshold"] = ["Above 0, at most 1."];
        return faults.Count == 0
            ? new StageQuery(count, percent, maxThreshold)
            : throw new RuleViolationException(RuleKind.Malformed, "invalid-stage-query", "A stage cannot be shown like this.", faults);
    }
}
