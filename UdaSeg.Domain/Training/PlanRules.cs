using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Domain.Training;

/// <summary>The ranges of a plan's settings, all faults at once.</summary>
internal static class PlanRules
{
    internal const int MaxSide = 8192;

    /// <exception cref="RuleViolationException"><c>plan-out-of-range</c> (422).</exception>
    public static void Check(TrainingPlan plan)
    {
        var faults = new FaultList();
        CheckSchedule(plan, faults);
        CheckGeometry(plan, faults);
        CheckLearning(plan, faults);
        MethodRules.Check(plan, faults);
        faults.ThrowIfAny("plan-out-of-range", "The plan has settings out of their range.");
    }

    private static void CheckSchedule(TrainingPlan plan, FaultList faults)
    {
        faults.Require(plan.Stages is >= 0 and <= 50, "stages", "0 to 50 adaptation stages.");
        faults.Require(plan.CoarseIterations is >= 0 and <= 10_000_000, "coarseIterations", "0 to 10,000,000 iterations.");
        faults.Require(
            plan.CoarseIterations > 0 || plan.Network.Pretrained is not null, "coarseIterations", "0 only with a whole checkpoint as network.pretrained.");
        faults.Require(plan.StageIterations is >= 1 and <= 10_000_000, "stageIterations", "1 to 10,000,000 iterations.");
        faults.Require(plan.BatchSize is >= 1 and <= 256, "batchSize", "1 to 256 images.");
        faults.Require(plan.CheckpointEvery >= 1, "checkpointEvery", "At least 1 iteration.");
        faults.Require(plan.KeepCheckpoints is >= 1 and <= 100, "keepCheckpoints", "1 to 100 checkpoints.");
        faults.Require(plan.EvaluateEvery >= 0, "evaluateEvery", "0 (stage ends only) or a number of iterations.");
        faults.Require(plan.Selection == ModelSelection.Last || plan.EvaluateEvery > 0, "selection", "oracle chooses among evaluations: set evaluateEvery.");
        faults.Require(plan.Quality.MaxImages is >= 0 and <= 10_000, "quality.maxImages", "0 (none) to 10,000 images.");
        faults.Require(plan.Device is "auto" or "cpu" or "cuda", "device", "auto, cpu or cuda.");
    }

    private static void CheckGeometry(TrainingPlan plan, FaultList faults)
    {
        faults.Require(plan.Crop is { Width: >= 32 and <= MaxSide, Height: >= 32 and <= MaxSide }, "crop", $"Sides of 32 to {MaxSide} pixels.");
        foreach ((string name, PixelSize? size) in new[] { ("baseSize.source", plan.BaseSize.Source), ("baseSize.target", plan.BaseSize.Target) })
        {
            faults.Require(size is null or { Width: >= 16 and <= MaxSide, Height: >= 16 and <= MaxSide }, name, $"Sides of 16 to {MaxSide} pixels.");
        }

        faults.Require(plan.Scale.Width is null or (>= 16 and <= MaxSide), "scale.width", $"16 to {MaxSide} pixels.");
        faults.Require(plan.Scale.Min is >= 0.1 and <= 4 && plan.Scale.Max is >= 0.1 and <= 4 && plan.Scale.Min <= plan.Scale.Max, "scale", "0.1 ≤ min ≤ max ≤ 4.");
        faults.Require(plan.Flip is >= 0 and <= 1, "flip", "A probability.");
        faults.Require(plan.Jitter is { Brightness: >= 0 and <= 10, Contrast: >= 0 and <= 10, Saturation: >= 0 and <= 10 }, "jitter", "Factors of 0 to 10.");
        faults.Require(plan.Jitter.Hue is >= 0 and <= 0.5, "jitter.hue", "0 to 0.5 turns.");
        faults.Require(plan.Alignment.Beta is >= 0 and <= 100, "alignment.beta", "0 to 100.");
        faults.Require(plan.Alignment.FourierBeta is >= 0 and <= 0.5, "alignment.fourierBeta", "0 to 0.5.");
    }

    private static void CheckLearning(TrainingPlan plan, FaultList faults)
    {
        faults.Require(plan.Network.AsppChannels is >= 8 and <= 2048, "network.asppChannels", "8 to 2048.");
        faults.Require(plan.Network.DecoderChannels is >= 8 and <= 2048, "network.decoderChannels", "8 to 2048.");
        faults.Require(plan.PseudoLabels.MaxThreshold is > 0 and <= 1, "pseudoLabels.maxThreshold", "Above 0, at most 1.");
        faults.Require(plan.PseudoLabels.Percent is > 0 and <= 100, "pseudoLabels.percent", "Above 0, at most 100.");
        faults.Require(plan.Triplet.Margin is >= 0 and <= 2, "triplet.margin", "0 to 2 (unit vectors are at most 2 apart).");
        faults.Require(plan.Centers.MaxImages is null or >= 1, "centers.maxImages", "At least 1, or null for all.");
        OptimizerSettings o = plan.Optimizer;
        faults.Require(o.CoarseLearningRate is > 0 and <= 10, "optimizer.coarseLearningRate", "Above 0, at most 10.");
        faults.Require(o.StageLearningRate is > 0 and <= 10, "optimizer.stageLearningRate", "Above 0, at most 10.");
        faults.Require(o.Momentum is >= 0 and < 1, "optimizer.momentum", "0 to below 1.");
        faults.Require(o.WeightDecay is >= 0 and <= 1, "optimizer.weightDecay", "0 to 1.");
        faults.Require(o.Power is >= 0 and <= 10, "optimizer.power", "0 to 10.");
        faults.Require(o.HeadFactor is > 0 and <= 1000, "optimizer.headFactor", "Above 0, at most 1000.");
    }
}
