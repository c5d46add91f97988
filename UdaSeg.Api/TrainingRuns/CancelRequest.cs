using System.Text.Json.Serialization;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>How a run is to be cancelled; without a body it stops after a checkpoint.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CancelRequest
{
    /// <summary><c>checkpoint</c> (default) writes a resumable checkpoint first; <c>now</c> kills, and what was done since the last checkpoint is lost.</summary>
    public CancelMode Mode { get; init; } = CancelMode.Checkpoint;
}
