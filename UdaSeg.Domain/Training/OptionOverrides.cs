using System.Text.Json;
using System.Text.Json.Nodes;

namespace UdaSeg.Domain.Training;

/// <summary>How options override others: member by member, at any depth. A null stands for null, and a size replaces a size as a whole.</summary>
internal static class OptionOverrides
{
    private static readonly JsonNodeOptions Names = new() { PropertyNameCaseInsensitive = true };

    /// <returns>The options in order, each over those before it. Null and undefined override nothing.</returns>
    /// <exception cref="ArgumentException">When an object has a member twice.</exception>
    public static JsonObject Merge(params IReadOnlyList<JsonElement?> layers)
    {
        var merged = new JsonObject(Names);
        foreach (JsonElement? layer in layers)
        {
            if (layer is { ValueKind: JsonValueKind.Object } given) Merge(merged, JsonObject.Create(given, Names)!);
        }

        return merged;
    }

    public static void Merge(JsonObject into, JsonObject overrides)
    {
        foreach ((string name, JsonNode? value) in overrides)
        {
            bool nested = value is JsonObject && into[name] is JsonObject && name is not ("crop" or "baseSize");
            if (nested) Merge(into[name]!.AsObject(), value!.AsObject());
            else into[name] = value?.DeepClone();
        }
    }
}
