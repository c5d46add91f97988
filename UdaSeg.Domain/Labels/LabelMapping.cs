using System.Text.Json.Serialization;

namespace UdaSeg.Domain.Labels;

/// <summary>What of a label file's pixel is looked up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelMappingKind>))]
public enum LabelMappingKind
{
    /// <summary>The 8-bit grey value, or the palette index of an indexed PNG.</summary>
    [JsonStringEnumMemberName("index")] Index,

    /// <summary>The palette index of an indexed PNG, never its colour.</summary>
    [JsonStringEnumMemberName("palette")] Palette,

    /// <summary>The colour, written <c>"r,g,b"</c>.</summary>
    [JsonStringEnumMemberName("rgb")] Rgb,

    /// <summary>The first channel of a 16-bit PNG.</summary>
    [JsonStringEnumMemberName("channel16")] Channel16,
}

/// <summary>Turns the values of a label file into class indices. A value that is not listed becomes 255 (ignored).</summary>
/// <param name="Kind">What is looked up.</param>
/// <param name="Values">File value → class index (255 = ignore). Null: the identity on the label space's indices (kind <c>index</c> only).</param>
public sealed record LabelMapping(LabelMappingKind Kind = LabelMappingKind.Index, IReadOnlyDictionary<string, int>? Values = null)
{
    public static LabelMapping Identity { get; } = new();
}
