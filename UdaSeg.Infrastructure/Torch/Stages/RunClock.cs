using System.Diagnostics;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>Smoothed speed, and the time left that follows from it.</summary>
internal sealed class RunClock
{
    /// <summary>An adaptation iteration shows the network the source, the target and τ(target): until one is timed, three coarse ones.</summary>
    private const double AdaptationCost = 3;

    private const double Smoothing = 0.05;

    private double? _coarseSeconds;
    private double? _stageSeconds;
    private long _last;

    public double ImagesPerSecond { get; private set; }

    /// <summary>Call when a stage's loop begins: what lay before is no part of an iteration.</summary>
    public void Restart() => _last = Stopwatch.GetTimestamp();

    public void Tick(int stage, int images)
    {
        double seconds = Stopwatch.GetElapsedTime(_last).TotalSeconds;
        _last = Stopwatch.GetTimestamp();
        if (stage == 0) _coarseSeconds = Smooth(_coarseSeconds, seconds);
        else _stageSeconds = Smooth(_stageSeconds, seconds);
        ImagesPerSecond = images / Math.Max(1e-9, (stage == 0 ? _coarseSeconds : _stageSeconds)!.Value);
    }

    /// <summary>Null until an iteration was timed.</summary>
    public double? EtaSeconds(TrainingPlan plan, int stage, long iteration)
    {
        double? adaptation = _stageSeconds ?? (_coarseSeconds * AdaptationCost);
        double? coarse = _coarseSeconds ?? (_stageSeconds / AdaptationCost);
        long coarseLeft = Math.Max(0, plan.CoarseIterations - iteration);
        return (coarse * coarseLeft) + (adaptation * (plan.TotalIterations - iteration - coarseLeft));
    }

    private static double Smooth(double? before, double now) => before is { } b ? b + (Smoothing * (now - b)) : now;
}
