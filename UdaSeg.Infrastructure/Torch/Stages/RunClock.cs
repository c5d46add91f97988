using System.Diagnostics;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>Smoothed speed, and the time left that follows from it.</summary>
internal sealed class RunClock
{
    private const double Smoothing = 0.05;

    private readonly SortedDictionary<int, double> _secondsByImages = [];
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
    /// <param name="images">That went through the network: iterations of as many take as long.</param>
    /// <param name="waited">Of its time, that for samples.</param>
    public void Tick(int images, TimeSpan waited)
    {
        double seconds = Stopwatch.GetElapsedTime(_last).TotalSeconds;
        _last = Stopwatch.GetTimestamp();
        double weight = Math.Max(Smoothing, 1.0 / ++_ticks); // the mean at first: a stage's first batch is always waited for
        (_waitedSeconds, _seconds) = (_waitedSeconds + (weight * (waited.TotalSeconds - _waitedSeconds)), _seconds + (weight * (seconds - _seconds)));
        _stage = (_stage.Waited + waited.TotalSeconds, _stage.All + seconds);
        _secondsByImages[images] = Smooth(_secondsByImages.TryGetValue(images, out double before) ? before : null, seconds);
        ImagesPerSecond = images / Math.Max(1e-9, _secondsByImages[images]);
    }

    /// <summary>Null until an iteration was timed. A stage that sends another number of images takes in proportion to them until it is timed itself.</summary>
    public double? EtaSeconds(TrainingPlan plan, int stage, long iteration)
    {
        if (_secondsByImages.Count == 0) return null;
        double seconds = 0;
        for (int s = stage; s <= plan.Stages; s++)
        {
            long left = s == stage ? plan.IterationsBefore(s + 1) - iteration : plan.IterationsOf(s);
            seconds += Math.Max(0, left) * SecondsOf(plan.Passes(s) * plan.BatchSize);
        }

        return seconds;
    }

    private double SecondsOf(int images)
    {
        if (_secondsByImages.TryGetValue(images, out double known)) return known;
        (int others, double seconds) = _secondsByImages.MinBy(timed => Math.Abs(timed.Key - images));
        return seconds * images / others;
    }

    private static double Smooth(double? before, double now) => before is { } b ? b + (Smoothing * (now - b)) : now;
}
