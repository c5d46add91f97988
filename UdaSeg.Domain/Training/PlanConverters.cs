using System.Text.Json;
using System.Text.Json.Serialization;

namespace UdaSeg.Domain.Training;

internal sealed class PixelSizeConverter : JsonConverter<PixelSize>
{
    public override PixelSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, PixelSize value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("width", value.Width);
        writer.WriteNumber("height", value.Height);
        writer.WriteEndObject();
    }

    internal static PixelSize Parse(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array when json.GetArrayLength() == 2 => new PixelSize(json[0].GetInt32(), json[1].GetInt32()),
        JsonValueKind.Object when json.TryGetProperty("width", out JsonElement w) && json.TryGetProperty("height", out JsonElement h) => new PixelSize(w.GetInt32(), h.GetInt32()),
        _ => throw new JsonException("A size is {\"width\": …, \"height\": …} or [width, height]."),
    };
}

/// <summary>Reads one size for both domains, or <c>{"source": size, "target": size}</c>.</summary>
internal sealed class BaseSizesConverter : JsonConverter<BaseSizes>
{
    public override BaseSizes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonElement json = JsonElement.ParseValue(ref reader);
        if (json.ValueKind == JsonValueKind.Object && !json.TryGetProperty("width", out _))
        {
            if (json.EnumerateObject().Any(p => p.Name is not ("source" or "target"))) throw new JsonException("A base size names source, target or both.");
            return new BaseSizes(Member(json, "source"), Member(json, "target"));
        }

        PixelSize both = PixelSizeConverter.Parse(json);
        return new BaseSizes(both, both);
    }

    public override void Write(Utf8JsonWriter writer, BaseSizes value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("source");
        JsonSerializer.Serialize(writer, value.Source, options);
        writer.WritePropertyName("target");
        JsonSerializer.Serialize(writer, value.Target, options);
        writer.WriteEndObject();
    }

    private static PixelSize? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement size) && size.ValueKind != JsonValueKind.Null ? PixelSizeConverter.Parse(size) : null;
}
