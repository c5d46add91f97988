using System.Text.Json;
using System.Text.Json.Serialization;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>
/// Without a member, the run itself goes on from its last checkpoint. With one, a new run branches off: it takes over the stages before
/// <see cref="FromStage"/> and trains the rest under its own options.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ResumeRequest
{
    /// <summary>The first stage that the branch trains itself, 0 to K; default: the first that the run has not finished.</summary>
    public int? FromStage { get; init; }

    /// <summary>Overrides the run's own options.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>1 to 200 characters; default: the run's name and where it branched.</summary>
    public string? Name { get; init; }

    [JsonIgnore]
    internal bool Branches => FromStage is not null || Name is not null || Options is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };
}
