using System.Text.Json.Serialization;

namespace UdaSeg.Domain.Training;

/// <summary>How a running run is cancelled.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CancelMode>))]
public enum CancelMode
{
    /// <summary>A resumable checkpoint is written first.</summary>
    [JsonStringEnumMemberName("checkpoint")] Checkpoint,

    /// <summary>The trainer is killed; what it did since its last checkpoint is lost.</summary>
    [JsonStringEnumMemberName("now")] Now,
}
