using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Estimates;

namespace UdaSeg.Api.Presets;

/// <summary>What of a plan decides its needs.</summary>
/// <param name="Backbone">Of the network.</param>
/// <param name="Crop">In pixels.</param>
/// <param name="BatchSize">Images of each domain in an iteration.</param>
/// <param name="TrainsBatchNorm">Whether batch statistics are used; with <c>network.batchNorm</c> auto at batch sizes of 4 or more.</param>
/// <param name="Stages">K.</param>
/// <param name="TotalIterations">Over all stages.</param>
/// <param name="Device">As planned: <c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
internal sealed record PlanSizes(
    Backbone Backbone, PixelSize Crop, int BatchSize, bool TrainsBatchNorm, int Stages, long TotalIterations, string Device)
{
    public static PlanSizes Of(TrainingPlan plan) => new(
        plan.Network.Backbone, plan.Crop, plan.BatchSize, IterationCosts.TrainsBatchNorm(plan), plan.Stages, plan.TotalIterations, plan.Device);
}

/// <summary>What a run would need.</summary>
/// <param name="Preset">That the plan starts from.</param>
/// <param name="Plan">Its sizes, with the options applied.</param>
/// <param name="Classes">C.</param>
/// <param name="Parameters">The network's learnt values.</param>
/// <param name="Coarse">Stage 0; null when it has no iterations.</param>
/// <param name="Adaptation">Stages 1..K; null when there are none.</param>
/// <param name="LabellingBytes">While whole target images are labelled or evaluated; null where <c>baseSize.target</c> leaves their size open.</param>
/// <param name="PeakBytes">The most that any phase takes of the device's memory; batches and image cache count unless the device is <c>cuda</c>.</param>
/// <param name="Fit">Whether that fits <c>deviceMemory</c>, and what would; null when it was not given.</param>
/// <param name="Time">How long the training takes.</param>
internal sealed record TrainingEstimateAnswer(
    string Preset,
    PlanSizes Plan,
    int Classes,
    long Parameters,
    StageEstimate? Coarse,
    StageEstimate? Adaptation,
    long? LabellingBytes,
    long PeakBytes,
    DeviceFit? Fit,
    TimeEstimate Time);
