using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.SelfTraining;

namespace UdaSeg.Domain.Ports;

/// <param name="Stage">0..K.</param>
/// <param name="Iteration">Done over all stages.</param>
/// <param name="TotalIterations">Over all stages.</param>
/// <param name="Phase"><c>training</c>, <c>translator</c>, <c>translation</c>, <c>pseudoLabels</c>, <c>centers</c>, <c>quality</c> or <c>evaluation</c>; methods have others.</param>
/// <param name="PhaseShare">0..1 of that phase.</param>
/// <param name="Loss">Sum of the loss terms, smoothed over the last iterations; null outside training.</param>
/// <param name="ImagesPerSecond">Images that went through the network, smoothed.</param>
/// <param name="EtaSeconds">Time left of the whole run, if it can be told.</param>
public sealed record RunProgress(int Stage, long Iteration, long TotalIterations, string Phase, double PhaseShare, double? Loss, double? ImagesPerSecond, double? EtaSeconds);

/// <param name="Stage">0..K.</param>
/// <param name="Iteration">Over all stages.</param>
/// <param name="LearningRate">Of the backbone.</param>
/// <param name="Losses">By name: <c>segSource, segTarget, triplet, consistency, total</c>.</param>
/// <param name="ImagesPerSecond">Smoothed.</param>
/// <param name="KeptShare">Of this iteration's target pixels, those with a pseudo-label; null in stage 0.</param>
/// <param name="WaitShare">0..1 of the iterations' time that went by in waiting for samples, smoothed.</param>
public sealed record RunMetrics(
    int Stage, long Iteration, double LearningRate, IReadOnlyDictionary<string, double> Losses, double ImagesPerSecond, double? KeptShare, double? WaitShare = null);

/// <summary>What a stage did before it trained: thresholds, kept share and centres.</summary>
/// <param name="Stage">1..K.</param>
/// <param name="Thresholds">t_c by class.</param>
/// <param name="KeptShare">Of all target pixels.</param>
/// <param name="KeptShareByClass">Of the pixels predicted as each class.</param>
/// <param name="PredictedShareByClass">Of all target pixels, by predicted class.</param>
/// <param name="CenterDistances">C×C Euclidean distances of the centres; NaN-free, null for a class without centre.</param>
/// <param name="ArtifactKey">Where the whole record lies.</param>
public sealed record StageSummary(
    int Stage,
    IReadOnlyList<double> Thresholds,
    double KeptShare,
    IReadOnlyList<double> KeptShareByClass,
    IReadOnlyList<double> PredictedShareByClass,
    IReadOnlyList<IReadOnlyList<double?>> CenterDistances,
    string ArtifactKey);

/// <summary>Where a run reports to. Called from the training thread; must be quick.</summary>
public interface IRunJournal
{
    void Progress(RunProgress progress);

    void Metrics(RunMetrics metrics);

    /// <summary>Pseudo-labels, thresholds and centres of a stage are stored.</summary>
    void StagePrepared(StageSummary summary);

    /// <summary>A stage's model was looked at on the target, without labels.</summary>
    void StageMeasured(int stage, StageQuality quality);

    /// <summary>A resumable state was published: an attempt that starts now goes on from here.</summary>
    void StateSaved(int stage, long iteration);

    /// <summary>A stage's model was published.</summary>
    void CheckpointPublished(Checkpoint checkpoint);

    void Evaluated(int stage, long iteration, EvaluationReport report);

    void Log(string message);
}
