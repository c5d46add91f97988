using System.Text.Json.Serialization;
using UdaSeg.Domain.Training;

namespace UdaSeg.Domain.Studies;

/// <summary>What a study's runs make of it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StudyStatus>))]
public enum StudyStatus
{
    /// <summary>No run has begun.</summary>
    [JsonStringEnumMemberName("queued")] Queued,

    /// <summary>Some run has begun, and some has not ended.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>All runs have succeeded.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded,

    /// <summary>All runs have ended, and some failed.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>All runs have ended, some were cancelled and none failed.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

public static class StudyStatuses
{
    public static StudyStatus Of(IReadOnlyCollection<TrainingRun> runs)
    {
        if (!runs.All(r => r.Status.IsTerminal())) return runs.Any(r => r.Attempt > 0) ? StudyStatus.Running : StudyStatus.Queued;
        if (runs.Any(r => r.Status == RunStatus.Failed)) return StudyStatus.Failed;
        return runs.Any(r => r.Status == RunStatus.Cancelled) ? StudyStatus.Cancelled : StudyStatus.Succeeded;
    }
}
