using System.Text.Json.Serialization;

namespace UdaSeg.Domain.Training;

[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
public enum RunStatus
{
    [JsonStringEnumMemberName("queued")] Queued,
    [JsonStringEnumMemberName("running")] Running,
    [JsonStringEnumMemberName("succeeded")] Succeeded,
    [JsonStringEnumMemberName("failed")] Failed,
    [JsonStringEnumMemberName("cancelling")] Cancelling,
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>The machine or the process died; the run is queued again by itself.</summary>
    [JsonStringEnumMemberName("interrupted")] Interrupted,
}

/// <summary>The run's state machine (contract, "Training runs").</summary>
public static class RunTransitions
{
    public static bool IsTerminal(this RunStatus status) => status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    /// <returns>Whether a trainer may be at work on it.</returns>
    public static bool IsOpen(this TrainingRun run) => run.Status is RunStatus.Running or RunStatus.Cancelling;

    public static bool CanBecome(this RunStatus from, RunStatus to) => (from, to) switch
    {
        (RunStatus.Queued, RunStatus.Running or RunStatus.Cancelled or RunStatus.Failed) => true,
        (RunStatus.Running, RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelling or RunStatus.Interrupted) => true,
        (RunStatus.Cancelling, RunStatus.Cancelled or RunStatus.Succeeded or RunStatus.Failed) => true,
        (RunStatus.Interrupted, RunStatus.Queued or RunStatus.Cancelled or RunStatus.Failed) => true,
        (RunStatus.Cancelled or RunStatus.Failed, RunStatus.Queued) => true, // resume
        _ => false,
    };
}
