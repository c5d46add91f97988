using System.Globalization;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;

namespace UdaSeg.Demo;

/// <summary>One line of text for where something stands.</summary>
internal static class ProgressLine
{
    private const int BarWidth = 24;

    /// <summary>For a run: stage, phase, a bar over the whole run, loss, images per second, time left.</summary>
    public static string Of(RunStory run)
    {
        if (run.Progress is not { } progress) return $"{run.Name}  {Word(run.Status)}";
        double share = progress.TotalIterations == 0 ? 0 : (double)progress.Iteration / progress.TotalIterations;
        string[] parts =
        [
            run.Name,
            Stage(progress.Stage, run.Stages),
            $"{Bar(share)} {Percent(share)}",
            Phase(progress),
            progress.Loss is { } loss ? string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.000}") : "",
            progress.ImagesPerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.0} images/s") : "",
            progress.EtaSeconds is { } eta ? $"{Clock(eta)} left" : "",
        ];
        return string.Join("  ", parts.Where(p => p.Length > 0));
    }

    /// <summary>For anything counted.</summary>
    public static string Of(string what, int done, int total)
    {
        double share = total == 0 ? 1 : (double)done / total;
        return $"{what}  {Bar(share)} {Percent(share)}  {done}/{total}";
    }

    public static string Bar(double share, int width = BarWidth)
    {
        int full = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        return new string('█', full) + new string('░', width - full);
    }

    private static string Stage(int stage, int stages) => stage == 0 ? "coarse" : $"adapt {stage}/{stages}";

    private static string Phase(RunProgress progress) => progress.Phase switch
    {
        "training" => "",
        "pseudoLabels" => $"pseudo-labels {Percent(progress.PhaseShare)}",
        "centers" => $"category centres {Percent(progress.PhaseShare)}",
        _ => $"{progress.Phase} {Percent(progress.PhaseShare)}",
    };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share,3:0} %");

    private static string Word(RunStatus status) => status.ToString().ToLowerInvariant();

    /// <returns>m:ss, or h:mm:ss from an hour on.</returns>
    private static string Clock(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Max(0, Math.Round(seconds)));
        return time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }
}
