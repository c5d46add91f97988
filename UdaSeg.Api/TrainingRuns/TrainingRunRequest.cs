using System.Text.Json;
using System.Text.Json.Serialization;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>A run to train: coarse alignment and adaptation of one or more labelled source sets to a target set.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TrainingRunRequest
{
    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>A labelled data set's id, or a list of ids to train on together.</summary>
    [JsonConverter(typeof(OneOrManyIdsConverter))]
    public required IReadOnlyList<Guid> Source { get; init; }

    /// <summary>The data set to adapt to. Its labels, if it has any, are never read.</summary>
    public required Guid Target { get; init; }

    /// <summary>A labelled data set to measure on at each stage's end.</summary>
    public Guid? Evaluation { get; init; }

    /// <summary>Accept an evaluation set that shares images with a labelled source set; it is a warning then.</summary>
    public bool AllowLeakage { get; init; }

    /// <summary>Default: the source's.</summary>
    public string? LabelSpace { get; init; }

    /// <summary><c>paper</c> (default), <c>small</c> or <c>tiny</c>.</summary>
    public string? Preset { get; init; }

    /// <summary>Overrides the preset; <c>GET /training-presets</c> lists the names.</summary>
    public JsonElement? Options { get; init; }
}

/// <summary>Reads <c>"id"</c> or <c>["id", …]</c>.</summary>
internal sealed class OneOrManyIdsConverter : JsonConverter<IReadOnlyList<Guid>>
{
    public override IReadOnlyList<Guid> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray
            ? JsonSerializer.Deserialize<Guid[]>(ref reader, options) ?? []
            : [JsonSerializer.Deserialize<Guid>(ref reader, options)];

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<Guid> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.ToArray(), options);
}
