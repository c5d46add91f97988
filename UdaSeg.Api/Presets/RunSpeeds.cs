using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Estimates;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Presets;

/// <summary>How fast the newest runs on this server were, by the images per second that they reported.</summary>
internal sealed class RunSpeeds(RunStore runs, RunEventLog events)
{
    /// <summary>Older runs tell of a machine that may have changed.</summary>
    private const int NewestRuns = 50;

    private const int UsualClasses = 19; // a run's number of classes changes its work by a percent or so

    /// <summary>The median over the runs of the plan's backbone, else over all, on the plan's device.</summary>
    /// <returns>Null when no run has reported a speed.</returns>
    public async Task<ObservedSpeed?> ObserveAsync(TrainingPlan plan, CancellationToken cancel)
    {
        var speeds = new List<(Backbone Backbone, double Speed)>();
        foreach (TrainingRun run in (await runs.ListAsync(new PageRequest(NewestRuns), cancel)).Items)
        {
            if (run.Attempt == 0 || run.Plan.Device != plan.Device) continue;
            if ((await events.LastAsync(run.Id, RunEventKinds.Metrics, cancel))?.As<MetricsEntry>() is not { ImagesPerSecond: > 0 } last) continue;
            speeds.Add((run.Plan.Network.Backbone, last.ImagesPerSecond.Value * WorkOfAnImage(run.Plan, last.Stage)));
        }

        double[] same = [.. speeds.Where(s => s.Backbone == plan.Network.Backbone).Select(s => s.Speed).Order()];
        double[] any = same.Length > 0 ? same : [.. speeds.Select(s => s.Speed).Order()];
        return any.Length == 0 ? null : new ObservedSpeed(any[any.Length / 2], any.Length, same.Length > 0);
    }

    private static double WorkOfAnImage(TrainingPlan plan, int stage)
    {
        IterationCosts costs = IterationCosts.Of(plan, UsualClasses, adaptation: stage > 0);
        return costs.TrainingFlops / costs.Images;
    }
}
