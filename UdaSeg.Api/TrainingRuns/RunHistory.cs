using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.TrainingRuns;

/// <param name="Attempt">1, 2, 3…</param>
/// <param name="StartedAt">When a trainer process took the run up.</param>
/// <param name="EndedAt">Null while it is at work.</param>
/// <param name="Status">What the run became at its end; null while it is at work.</param>
/// <param name="Cause">In words.</param>
/// <param name="FromIteration">Where the run stood when it started.</param>
/// <param name="ToIteration">Where it stood when it ended.</param>
/// <param name="Owner">The worker that took it: host, process and boot.</param>
public sealed record RunAttempt(int Attempt, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, RunStatus? Status, string? Cause, long FromIteration,
    long? ToIteration, string? Owner);

/// <param name="Sequence">Of the event that it was recorded by; the next call's <c>since</c>.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Stage">0..K.</param>
/// <param name="Iteration">Over all stages.</param>
/// <param name="LearningRate">Of the backbone.</param>
/// <param name="Losses">By name: <c>segSource, segTarget, triplet, consistency, total</c>.</param>
/// <param name="ImagesPerSecond">Smoothed.</param>
/// <param name="KeptShare">0..1 of the target's pixels; null in stage 0.</param>
/// <param name="WaitShare">0..1 of the time that training waited for samples, smoothed; null in runs of before it was measured.</param>
public sealed record MetricsPoint(
    long Sequence, DateTimeOffset At, int Stage, long Iteration, double LearningRate, IReadOnlyDictionary<string, double?> Losses,
    double? ImagesPerSecond, double? KeptShare, double? WaitShare);

/// <param name="Points">In order.</param>
/// <param name="Next">The <c>since</c> of the next call.</param>
public sealed record MetricsResponse(IReadOnlyList<MetricsPoint> Points, long Next);

/// <summary>Reads a run's history into what clients ask of it.</summary>
internal static class RunHistory
{
    public static IReadOnlyList<RunAttempt> Attempts(IEnumerable<(StatusEntry Entry, DateTimeOffset At)> statuses)
    {
        var attempts = new List<RunAttempt>();
        foreach ((StatusEntry entry, DateTimeOffset at) in statuses)
        {
            if (entry.Status == RunStatus.Running)
            {
                attempts.Add(new RunAttempt(entry.Attempt, at, null, null, null, entry.Iteration, null, entry.Owner));
            }
            else if (entry.Status is not (RunStatus.Queued or RunStatus.Cancelling) && attempts is [.., { EndedAt: null } open])
            {
                string? cause = entry.Failure?.Message ?? entry.Cause;
                attempts[^1] = open with { EndedAt = at, Status = entry.Status, Cause = cause, ToIteration = entry.Iteration };
            }
        }

        return attempts;
    }

    /// <returns>How long trainers have been at work on the run, by its ended attempts; null when there is none.</returns>
    public static double? Seconds(IEnumerable<RunAttempt> attempts)
    {
        RunAttempt[] ended = [.. attempts.Where(a => a.EndedAt is not null)];
        return ended.Length == 0 ? null : ended.Sum(a => (a.EndedAt!.Value - a.StartedAt).TotalSeconds);
    }
}
