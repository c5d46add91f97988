using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Writes what the trainer reports to the run and its history. Progress and metrics are thinned: the training thread pays for each write with a
/// transaction. For one thread.
/// </summary>
internal sealed class DatabaseRunJournal(TrainingRun run, RunOutputs outputs, RunLedger ledger, CheckpointStore checkpoints, EvaluationStore evaluations,
    TimeProvider clock) : IRunJournal
{
    /// <summary>How long a trainer waits for the database before it gives up; the run goes on from its last checkpoint then.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MetricsEvery = TimeSpan.FromMilliseconds(500);

    // Days of training must not make a history of millions: the pauses grow to a thousandth of the time that has passed, up to this.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly long _start = clock.GetTimestamp();

    private RunProgress? _heldProgress;
    private RunProgress? _lastProgress;
    private RunMetrics? _heldMetrics;
    private int _lastMetricsStage = -1;
    private long _progressAt;
    private long _metricsAt;
    private (Guid Id, int Stage, long Iteration)? _model;
    private StageSummary? _prepared;

    public void Progress(RunProgress progress)
    {
        // The first of a stage or a phase is always written: between phases there may be minutes.
        bool turned = _lastProgress is null || _lastProgress.Stage != progress.Stage || _lastProgress.Phase != progress.Phase;
        _heldProgress = progress;
        if (turned || clock.GetElapsedTime(_progressAt) >= Pause(ProgressEvery)) WriteProgress();
    }

    public void Metrics(RunMetrics metrics)
    {
        _heldMetrics = metrics;
        if (metrics.Stage != _lastMetricsStage || clock.GetElapsedTime(_metricsAt) >= Pause(MetricsEvery)) WriteMetrics();
    }

    public void StagePrepared(StageSummary summary)
    {
        _prepared = summary = summary with { ArtifactKey = outputs.BlobOf(summary.ArtifactKey) };
        Write(now => now with { Stage = summary.Stage }, new RunEntry(RunEventKinds.Stage, StageEntry.Of(summary.Stage, summary, null)));
    }

    public void StageMeasured(int stage, StageQuality quality)
    {
        Flush();
        StageSummary? summary = _prepared?.Stage == stage ? _prepared : null;
        Write(now => now, new RunEntry(RunEventKinds.Stage, StageEntry.Of(stage, summary, quality)));
    }

    public void StateSaved(int stage, long iteration)
    {
        Flush();
        Write(now => now.Save(new RunPoint(stage, iteration)));
    }

    public void CheckpointPublished(Checkpoint checkpoint)
    {
        Flush();
        CheckpointManifest manifest = checkpoint.Manifest;
        (Guid id, bool added) = Patiently(() => checkpoints.Publish(AsStored(checkpoint)));
        (int stage, long iteration) = manifest.Origin is { } origin ? (origin.Stage, origin.Iteration) : (run.Stage, run.Iteration);
        _model = (id, stage, iteration);
        if (!added) return;
        Write(now => now.Save(new RunPoint(stage, iteration)), new RunEntry(RunEventKinds.Checkpoint, new CheckpointEntry(id, stage, iteration, manifest.Metrics)));
    }

    public void Evaluated(int stage, long iteration, EvaluationReport report)
    {
        Flush();
        Guid? model = _model is { } last && (last.Stage, last.Iteration) == (stage, iteration) ? last.Id : null;
        if (Patiently(() => evaluations.HasOfRun(run.Id, model, stage, iteration))) return; // an attempt that goes on from before it reports it again
        Guid? evaluation = run.Evaluation is { } dataset ? Store(dataset, model, stage, iteration, report) : null;
        Write(now => now, new RunEntry(RunEventKinds.Evaluation,
            new EvaluationEntry(evaluation, stage, iteration, report.Miou, report.Subsets, report.PerClass)));
    }

    public void Log(string message) => Write(now => now, new RunEntry(RunEventKinds.Log, new LogEntry(message)));

    /// <summary>Writes what was held back: the last progress and metrics of a phase are never lost.</summary>
    public void Flush()
    {
        if (_heldMetrics is not null) WriteMetrics();
        if (_heldProgress is not null) WriteProgress();
    }

    /// <summary>Under its blob's key. A model that a branch shares with its parent is known already.</summary>
    private Checkpoint AsStored(Checkpoint checkpoint) =>
        checkpoint.Manifest.Origin?.Run == run.Id ? checkpoint with { WeightsKey = outputs.BlobOf(checkpoint.WeightsKey) } : checkpoint;

    private Guid Store(Guid dataset, Guid? model, int stage, long iteration, EvaluationReport report)
    {
        DateTimeOffset at = clock.GetUtcNow();
        var record = new EvaluationRecord
        {
            Id = Guid.CreateVersion7(at),
            Checkpoint = model,
            Dataset = dataset,
            Status = EvaluationStatus.Succeeded,
            Progress = 1,
            Report = report,
            Run = run.Id,
            Stage = stage,
            Iteration = iteration,
            CreatedAt = at,
            EndedAt = at,
        };
        Patiently(() => evaluations.Add(record));
        return record.Id;
    }

    private TimeSpan Pause(TimeSpan shortest)
    {
        TimeSpan grown = clock.GetElapsedTime(_start) / 1000;
        return grown < shortest ? shortest : grown > LongestPause ? LongestPause : grown;
    }

    private void WriteProgress()
    {
        RunProgress held = _heldProgress!;
        RunProgress p = held with { Loss = Finite(held.Loss), ImagesPerSecond = Finite(held.ImagesPerSecond), EtaSeconds = Finite(held.EtaSeconds) };
        (_heldProgress, _lastProgress, _progressAt) = (null, p, clock.GetTimestamp());
        Write(now => now with { Stage = p.Stage, Iteration = p.Iteration, EtaSeconds = p.EtaSeconds }, new RunEntry(RunEventKinds.Progress, p));
    }

    private void WriteMetrics()
    {
        RunMetrics m = _heldMetrics!;
        (_heldMetrics, _lastMetricsStage, _metricsAt) = (null, m.Stage, clock.GetTimestamp());
        Dictionary<string, double?> losses = m.Losses.ToDictionary(l => l.Key, l => Finite(l.Value));
        Write(now => now, new RunEntry(RunEventKinds.Metrics,
            new MetricsEntry(m.Stage, m.Iteration, m.LearningRate, losses, Finite(m.ImagesPerSecond), Finite(m.KeptShare), Finite(m.WaitShare))));
    }

    private void Write(Func<TrainingRun, TrainingRun> change, params IReadOnlyList<RunEntry> entries) =>
        Patiently(() => ledger.WriteUnder(run.Attempt, run.Id, change, null, entries));

    /// <summary>The trainer waits for a database that restarts, and loses nothing.</summary>
    private T Patiently<T>(Func<T> write) => DatabaseOutage.RideOut(clock, Patience, write);

    /// <summary>JSON knows no NaN, and a diverged run must still report.</summary>
    private static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;
}

/// <summary>Data of a <c>metrics</c> event.</summary>
/// <param name="Stage">0..K.</param>
/// <param name="Iteration">Over all stages.</param>
/// <param name="LearningRate">Of the backbone.</param>
/// <param name="Losses">By name; null where a term was not finite.</param>
/// <param name="ImagesPerSecond">Smoothed.</param>
/// <param name="KeptShare">0..1 of the target's pixels; null in stage 0.</param>
/// <param name="WaitShare">0..1 of the time that training waited for samples, smoothed; null in runs of before it was measured.</param>
public sealed record MetricsEntry(int Stage, long Iteration, double LearningRate, IReadOnlyDictionary<string, double?> Losses, double? ImagesPerSecond,
    double? KeptShare, double? WaitShare = null);

/// <summary>Data of a <c>stage</c> event: what was prepared (null in stage 0), and at the stage's end also its quality.</summary>
internal sealed record StageEntry(
    int Stage,
    IReadOnlyList<double>? Thresholds,
    double? KeptShare,
    IReadOnlyList<double>? KeptShareByClass,
    IReadOnlyList<double>? PredictedShareByClass,
    IReadOnlyList<IReadOnlyList<double?>>? CenterDistances,
    string? ArtifactKey,
    StageQuality? Quality)
{
    public static StageEntry Of(int stage, StageSummary? prepared, StageQuality? quality) => new(
        stage,
        prepared?.Thresholds,
        prepared?.KeptShare,
        prepared?.KeptShareByClass,
        prepared?.PredictedShareByClass,
        prepared?.CenterDistances,
        prepared?.ArtifactKey,
        quality);
}

/// <summary>Data of a <c>checkpoint</c> event.</summary>
internal sealed record CheckpointEntry(Guid Id, int Stage, long Iteration, IReadOnlyDictionary<string, double> Metrics);

/// <summary>Data of an <c>evaluation</c> event. <paramref name="Id"/> is the evaluation's, where the whole report is.</summary>
internal sealed record EvaluationEntry(Guid? Id, int Stage, long Iteration, double? Miou, IReadOnlyDictionary<string, double?> Subsets,
    IReadOnlyList<ClassScore> PerClass);
