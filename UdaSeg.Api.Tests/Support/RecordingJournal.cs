using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.SelfTraining;

namespace UdaSeg.Api.Tests.Support;

/// <summary>Keeps what a run reports, and may stop it after so many iterations.</summary>
internal sealed class RecordingJournal(CancellationTokenSource? stop = null, long stopAfter = long.MaxValue) : IRunJournal
{
    public List<RunProgress> Progresses { get; } = [];

    public List<RunMetrics> MetricPoints { get; } = [];

    public List<StageSummary> Stages { get; } = [];

    public List<(int Stage, StageQuality Quality)> Qualities { get; } = [];

    public List<Checkpoint> Checkpoints { get; } = [];

    public List<(int Stage, EvaluationReport Report)> Evaluations { get; } = [];

    public void Progress(RunProgress progress)
    {
        Progresses.Add(progress);
        OnProgress?.Invoke(progress);
        if (progress.Iteration >= stopAfter) stop?.Cancel();
    }

    public Action<RunProgress>? OnProgress { get; set; }

    public Action<RunMetrics>? OnMetrics { get; set; }

    public void Metrics(RunMetrics metrics)
    {
        MetricPoints.Add(metrics);
        OnMetrics?.Invoke(metrics);
    }

    public void StagePrepared(StageSummary summary) => Stages.Add(summary);

    public void StageMeasured(int stage, StageQuality quality) => Qualities.Add((stage, quality));

    public List<(int Stage, long Iteration)> States { get; } = [];

    public void StateSaved(int stage, long iteration) => States.Add((stage, iteration));

    public void CheckpointPublished(Checkpoint checkpoint) => Checkpoints.Add(checkpoint);

    public void Evaluated(int stage, long iteration, EvaluationReport report) => Evaluations.Add((stage, report));

    public List<string> Messages { get; } = [];

    public void Log(string message) => Messages.Add(message);
}
