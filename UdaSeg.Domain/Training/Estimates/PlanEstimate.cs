namespace UdaSeg.Domain.Training.Estimates;

/// <summary>How much decoded data a trainer keeps in memory at most, in bytes.</summary>
/// <param name="EachDomain">Images and labels of the source, and again of the target.</param>
/// <param name="PseudoLabels">In adaptation stages.</param>
public sealed record ImageCaches(long EachDomain, long PseudoLabels);

/// <summary>What a kind of stage needs and does.</summary>
/// <param name="ImagesPerIteration">That go through the network.</param>
/// <param name="Iterations">Of all stages of the kind.</param>
/// <param name="ForwardFlops">Of an iteration: 2 for each multiplication and addition of a convolution.</param>
/// <param name="BackwardFlops">Of an iteration: twice the forward pass's.</param>
/// <param name="Memory">At its peak.</param>
public sealed record StageEstimate(int ImagesPerIteration, long Iterations, double ForwardFlops, double BackwardFlops, MemoryEstimate Memory)
{
    /// <summary>Of all iterations.</summary>
    public double TotalFlops => Iterations * (ForwardFlops + BackwardFlops);
}

/// <summary>What a plan needs.</summary>
/// <param name="Parameters">The network's learnt values.</param>
/// <param name="Coarse">Stage 0; null when it has no iterations.</param>
/// <param name="Adaptation">Stages 1..K; null when there are none.</param>
/// <param name="LabellingBytes">While whole target images are labelled or evaluated; null where <c>baseSize.target</c> leaves their size open.</param>
public sealed record PlanEstimate(long Parameters, StageEstimate? Coarse, StageEstimate? Adaptation, long? LabellingBytes)
{
    /// <summary>Batches ready or in the making, the one in use, and what the collector has not taken back yet.</summary>
    private const int BatchesAlive = 6;

    private const int FloatBytes = 4;

    /// <summary>Of training; labelling and evaluation are single forward passes beside it, as many as there are images.</summary>
    public double TotalFlops => (Coarse?.TotalFlops ?? 0) + (Adaptation?.TotalFlops ?? 0);

    /// <summary>The most that any phase takes, in bytes.</summary>
    /// <param name="hostToo">With batches and image cache, as where the device is the processor.</param>
    public long PeakBytes(bool hostToo)
    {
        long Of(StageEstimate? stage) => stage is null ? 0 : hostToo ? stage.Memory.Total : stage.Memory.DeviceTotal;
        return Math.Max(Math.Max(Of(Coarse), Of(Adaptation)), LabellingBytes ?? 0);
    }

    /// <param name="plan">A valid plan.</param>
    /// <param name="classes">C.</param>
    /// <param name="caches">Of the trainer.</param>
    public static PlanEstimate Of(TrainingPlan plan, int classes, ImageCaches caches)
    {
        IterationCosts coarse = IterationCosts.Of(plan, classes, adaptation: false);
        long weights = ((coarse.Parameters * 2) + coarse.Statistics) * FloatBytes; // with the gradients that the last stage left
        return new PlanEstimate(
            coarse.Parameters,
            plan.CoarseIterations > 0 ? Stage(plan, coarse, plan.CoarseIterations, 1, 2 * caches.EachDomain) : null,
            plan.Stages > 0 ? Adapting(plan, classes, caches) : null,
            plan.BaseSize.Target is { } size ? IterationCosts.InferenceBytes(plan, classes, size) + weights + MemoryEstimate.LibraryBytes : null);
    }

    private static StageEstimate Adapting(TrainingPlan plan, int classes, ImageCaches caches) => Stage(
        plan,
        IterationCosts.Of(plan, classes, adaptation: true),
        plan.TotalIterations - plan.CoarseIterations,
        3,
        (2 * caches.EachDomain) + caches.PseudoLabels);

    /// <param name="plan">A valid plan.</param>
    /// <param name="costs">Of an iteration.</param>
    /// <param name="iterations">In all.</param>
    /// <param name="made">Images that a batch holds for each of its slots; the jittered target is made whether it is used or not.</param>
    /// <param name="cache">Bytes.</param>
    private static StageEstimate Stage(TrainingPlan plan, IterationCosts costs, long iterations, int made, long cache)
    {
        long pixels = (long)plan.BatchSize * plan.Crop.Width * plan.Crop.Height, labels = made == 1 ? 1 : 2;
        long batch = pixels * ((made * 3 * FloatBytes) + labels);
        return new StageEstimate(
            costs.Images, iterations, costs.ForwardFlops, 2 * costs.ForwardFlops, MemoryEstimate.Of(costs, BatchesAlive * batch, cache));
    }
}
