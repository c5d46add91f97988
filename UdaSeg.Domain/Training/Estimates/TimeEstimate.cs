using System.Globalization;

namespace UdaSeg.Domain.Training.Estimates;

/// <summary>How fast runs on this server were.</summary>
/// <param name="FlopsPerSecond">The median over the runs: of convolutions, forward and backward.</param>
/// <param name="Runs">How many.</param>
/// <param name="SameBackbone">Whether they train the backbone that is asked about; others use a processor differently.</param>
public sealed record ObservedSpeed(double FlopsPerSecond, int Runs, bool SameBackbone);

/// <summary>How long a plan trains.</summary>
/// <param name="TotalFlops">Of all iterations, forward and backward.</param>
/// <param name="FlopsPerSecond">What the projection assumes; null: nothing is known.</param>
/// <param name="CoarseSecondsPerIteration">Of stage 0; null when it has no iterations or nothing is known.</param>
/// <param name="AdaptationSecondsPerIteration">Of the other stages; null likewise.</param>
/// <param name="Hours">Of training alone: pseudo-labels, centres and evaluations come on top. Null: nothing is known.</param>
/// <param name="Note">What the projection rests on, or why there is none.</param>
public sealed record TimeEstimate(
    double TotalFlops, double? FlopsPerSecond, double? CoarseSecondsPerIteration, double? AdaptationSecondsPerIteration, double? Hours, string Note)
{
    /// <param name="estimate">Of the plan.</param>
    /// <param name="seconds">Of an adaptation iteration (of stage 0 where there is no adaptation), as the user measured it.</param>
    /// <param name="observed">Of this server, where the user measured nothing.</param>
    public static TimeEstimate Of(PlanEstimate estimate, double? seconds, ObservedSpeed? observed)
    {
        if (seconds is { } measured)
        {
            StageEstimate? timed = estimate.Adaptation ?? estimate.Coarse;
            string kind = estimate.Adaptation is null ? "an iteration of stage 0" : "an adaptation iteration";
            return Project(estimate, timed is null ? null : Work(timed) / measured, $"From secondsPerIteration, taken as that of {kind}.");
        }

        if (observed is null)
        {
            return Project(estimate, null, "No run on this server has reported a speed yet: pass secondsPerIteration, or ask again when one has.");
        }

        string others = observed.SameBackbone ? "of the same backbone" : "of other backbones only, so take it as an order of magnitude";
        string runs = string.Create(CultureInfo.InvariantCulture, $"{observed.Runs} run{(observed.Runs == 1 ? "" : "s")}");
        return Project(estimate, observed.FlopsPerSecond, $"From the speed of {runs} on this server, {others}, in proportion to the work of an iteration.");
    }

    private static TimeEstimate Project(PlanEstimate estimate, double? speed, string note) => new(
        estimate.TotalFlops, speed, Work(estimate.Coarse) / speed, Work(estimate.Adaptation) / speed, estimate.TotalFlops / speed / 3600, note);

    private static double? Work(StageEstimate? stage) => stage is null ? null : stage.ForwardFlops + stage.BackwardFlops;
}
