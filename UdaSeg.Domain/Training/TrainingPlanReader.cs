using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Domain.Training;

/// <summary>A preset overridden by a client's options, and a plan's stored form.</summary>
public static class TrainingPlanReader
{
    /// <summary>camelCase, unknown members refused: a misspelt option must not silently do nothing.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        IgnoreReadOnlyProperties = true,
    };

    /// <exception cref="RuleViolationException"><c>unknown-preset</c>, <c>invalid-options</c> or <c>plan-out-of-range</c>, all 422.</exception>
    public static TrainingPlan Read(string? preset, JsonElement? options)
    {
        if (!TrainingPresets.All.TryGetValue(preset ?? TrainingPresets.Default, out TrainingPlan? plan))
        {
            throw new RuleViolationException(RuleKind.Unusable, "unknown-preset", $"There is no preset '{preset}'; there are {string.Join(", ", TrainingPresets.All.Keys)}.");
        }

        return Apply(MethodOf(options) is { } method ? plan.Shaped(method) : plan, options);
    }

    /// <summary>A plan overridden by options.</summary>
    /// <exception cref="RuleViolationException"><c>invalid-options</c> or <c>plan-out-of-range</c>, both 422.</exception>
    public static TrainingPlan Apply(TrainingPlan plan, JsonElement? options)
    {
        if (options is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given) plan = Override(plan, given);
        PlanRules.Check(plan);
        return plan;
    }

    /// <summary>A method has its say before the options have theirs: its number of stages is a default like any other.</summary>
    private static TrainingMethod? MethodOf(JsonElement? options)
    {
        if (options is not { ValueKind: JsonValueKind.Object } given) return null;
        JsonProperty[] named = [.. given.EnumerateObject().Where(p => p.Name.Equals("method", StringComparison.OrdinalIgnoreCase)).Take(1)];
        if (named.Length == 0) return null;
        Dictionary<string, TrainingMethod> known = Enum.GetValues<TrainingMethod>().ToDictionary(m => JsonSerializer.SerializeToElement(m, Json).GetString()!);
        if (named[0].Value is { ValueKind: JsonValueKind.String } name && known.TryGetValue(name.GetString()!, out TrainingMethod method)) return method;
        throw Invalid("method", $"There is no such method; there are {string.Join(", ", known.Keys)}.");
    }

    private static TrainingPlan Override(TrainingPlan plan, JsonElement options)
    {
        if (options.ValueKind != JsonValueKind.Object) throw Invalid("options", "Options must be an object.");
        try
        {
            JsonObject merged = JsonSerializer.SerializeToNode(plan, Json)!.AsObject();
            OptionOverrides.Merge(merged, JsonObject.Create(options)!);
            return merged.Deserialize<TrainingPlan>(Json)!;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            string path = fault is JsonException { Path: { } p } ? p.TrimStart('$', '.') : "";
            string field = path.Length == 0 ? "options" : path;
            string known = field == "options" ? "" : " See the training presets for the options there are.";
            throw Invalid(field, $"'{field}' is not an option or has a value of the wrong kind.{known}", fault);
        }
    }

    private static RuleViolationException Invalid(string field, string message, Exception? inner = null) =>
        new(RuleKind.Unusable, "invalid-options", message, new Dictionary<string, string[]> { [field] = [message] }, inner);
}
