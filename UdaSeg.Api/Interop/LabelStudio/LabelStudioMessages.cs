using System.Text.Json;
using System.Text.Json.Serialization;

namespace UdaSeg.Api.Interop.LabelStudio;

/// <summary>What Label Studio sends for predictions. The rest of its message (project, params, drafts…) is not needed.</summary>
internal sealed record PredictRequest
{
    public required IReadOnlyList<LabelStudioTask> Tasks { get; init; }

    /// <summary>The project's labelling configuration, XML.</summary>
    [JsonPropertyName("label_config")]
    public string? LabelConfig { get; init; }

    /// <summary>The same, as <c>/setup</c> calls it.</summary>
    public string? Schema { get; init; }
}

internal sealed record LabelStudioTask
{
    public required IReadOnlyDictionary<string, JsonElement> Data { get; init; }
}

/// <param name="Results">One a task, in order.</param>
internal sealed record PredictAnswer(IReadOnlyList<Prediction> Results);

/// <param name="ModelVersion">The checkpoint.</param>
/// <param name="Score">Mean confidence of all pixels.</param>
/// <param name="Result">A region for each class that is present and a label of the project.</param>
internal sealed record Prediction([property: JsonPropertyName("model_version")] string ModelVersion, double Score, IReadOnlyList<BrushRegion> Result);

internal sealed record BrushRegion
{
    /// <summary>Of the region; any that is unique.</summary>
    public required string Id { get; init; }

    [JsonPropertyName("from_name")]
    public required string FromName { get; init; }

    [JsonPropertyName("to_name")]
    public required string ToName { get; init; }

    public string Type => "brushlabels";

    /// <summary>Pixels of the upright image.</summary>
    [JsonPropertyName("original_width")]
    public required int OriginalWidth { get; init; }

    [JsonPropertyName("original_height")]
    public required int OriginalHeight { get; init; }

    [JsonPropertyName("image_rotation")]
    public int ImageRotation => 0;

    /// <summary>Mean confidence of the class's pixels.</summary>
    public required double Score { get; init; }

    public required BrushValue Value { get; init; }
}

/// <param name="Rle">Label Studio's own packed run lengths.</param>
/// <param name="BrushLabels">The one label.</param>
internal sealed record BrushValue(
    [property: JsonConverter(typeof(ByteNumbersConverter))] IReadOnlyList<byte> Rle, [property: JsonPropertyName("brushlabels")] IReadOnlyList<string> BrushLabels)
{
    public string Format => "rle";
}

/// <summary>Bytes as an array of numbers, which is how Label Studio reads them.</summary>
internal sealed class ByteNumbersConverter : JsonConverter<IReadOnlyList<byte>>
{
    public override IReadOnlyList<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<byte> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (byte number in value) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }
}

internal sealed record LabelStudioHealth(string Status, [property: JsonPropertyName("model_class")] string ModelClass);

internal sealed record SetupAnswer([property: JsonPropertyName("model_version")] string ModelVersion);

internal sealed record VersionsAnswer(IReadOnlyList<string> Versions);

internal sealed record WebhookAnswer(string Status, string Detail);
