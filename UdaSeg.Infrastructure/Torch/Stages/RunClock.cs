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
    private double _waitedSeconds;
    private double _seconds;
    private int _ticks;
    private (double Waited, double All) _stage;
    private long _last;

    public double ImagesPerSecond { get; private set; }

    /// <summary>0..1 of the iterations' time that went by in waiting for samples, smoothed.</summary>
    public double WaitShare => _seconds > 0 ? _waitedSeconds / _seconds : 0;

    /// <summary>The same of the whole stage, as far as this process trained it.</summary>
    public double StageWaitShare => _stage.All > 0 ? _stage.Waited / _stage.All : 0;

    /// <summary>Call when a stage begins: waiting is a matter of its own data.</summary>
    public void BeginStage()
    {
        (_waitedSeconds, _seconds, _ticks, _stage) = (0, 0, 0, default);
        Restart();
    }

    /// <summary>Call when a stage's loop begins: what lay before is no part of an iteration.</summary>
    public void Restart() => _last = Stopwatch.GetTimestamp();

    /// <summary>An iteration is done.</summary>
    /// <param name="stage">0..K.</param>
    /// <param name="images">That went through the network.</param>
    /// <param name="waited">Of its time, that for samples.</param>
    public void Tick(int stage, int images, TimeSpan waited)
    {
        double seconds = Stopwatch.GetElapsedTime(_last).TotalSeconds;
        _last = Stopwatch.GetTimestamp();
        double weight = Math.Max(Smoothing, 1.0 / ++_ticks); // the mean at first: a stage's first batch is always waited for
        (_waitedSeconds, _seconds) = (_waitedSeconds + (weight * (waited.TotalSeconds - _waitedSeconds)), _seconds + (weight * (seconds - _seconds)));
        _stage = (_stage.Waited + waited.TotalSeconds, _stage.All + seconds);
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
