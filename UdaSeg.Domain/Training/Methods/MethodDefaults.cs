using System.Text.Json;
using System.Text.Json.Nodes;

namespace UdaSeg.Domain.Training.Methods;

/// <summary>
/// What a method has otherwise than the presets, as options: for those who show a plan before it is read, and for arms that must not hang on their base.
/// </summary>
public static class MethodDefaults
{
    /// <returns>Over any preset it makes that preset as the method would have it, but for the method itself. Empty for the paper's own.</returns>
    public static JsonElement Of(TrainingMethod method)
    {
        var options = new JsonObject();
        foreach (TrainingPlan preset in TrainingPresets.All.Values)
        {
            // One preset may happen to have what the method asks for; another has not.
            JsonObject plain = Json(preset), shaped = Json(preset.Shaped(method) with { Method = preset.Method });
            OptionOverrides.Merge(options, Differences(plain, shaped));
        }

        return JsonSerializer.SerializeToElement(options);
    }

    private static JsonObject Json(TrainingPlan plan) => JsonSerializer.SerializeToNode(plan, TrainingPlanReader.Json)!.AsObject();

    private static JsonObject Differences(JsonObject from, JsonObject to)
    {
        var found = new JsonObject();
        foreach ((string name, JsonNode? value) in to)
        {
            if (JsonNode.DeepEquals(from[name], value)) continue;
            found[name] = value is JsonObject inner && from[name] is JsonObject before ? Differences(before, inner) : value?.DeepClone();
        }

        return found;
    }
}
