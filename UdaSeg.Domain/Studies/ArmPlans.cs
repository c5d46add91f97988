using System.Text.Json;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;

namespace UdaSeg.Domain.Studies;

/// <summary>From a study's options to the plans that its arms train by. A fault says whose options to mend: the base's, or which arm's.</summary>
public static class ArmPlans
{
    /// <param name="preset">Null: the default one.</param>
    /// <param name="common">The base's options.</param>
    /// <param name="arms">Name and options of each.</param>
    /// <returns>A plan an arm, to which the seed is still to be given: it goes over whatever the options say.</returns>
    /// <exception cref="RuleViolationException"><c>unknown-preset</c>, <c>invalid-options</c> or <c>plan-out-of-range</c>, all 422.</exception>
    public static IReadOnlyList<TrainingPlan> Read(string? preset, JsonElement? common, IReadOnlyList<(string Name, JsonElement? Options)> arms)
    {
        TrainingPlanReader.Read(preset, null);
        RequireObject(common, "base.options", "the base");
        return [.. arms.Select((arm, i) => Read(preset, common, arm.Name, arm.Options, i))];
    }

    /// <summary>Says of a refusal of one arm's run which options it is about.</summary>
    /// <param name="refusal">With fields as a training run's request names them.</param>
    /// <param name="common">The base's options.</param>
    /// <param name="name">The arm's.</param>
    /// <param name="options">The arm's.</param>
    /// <param name="index">The arm's place.</param>
    public static RuleViolationException Located(RuleViolationException refusal, JsonElement? common, string name, JsonElement? options, int index)
    {
        var fields = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach ((string field, string[] messages) in refusal.Fields)
        {
            string path = field == "options" ? "" : field.StartsWith("options.", StringComparison.Ordinal) ? field["options.".Length..] : field;
            string owner = !Names(options, path) && Names(common, path) ? "base.options" : $"arms[{index}].options";
            fields[path.Length == 0 ? owner : $"{owner}.{path}"] = messages;
        }

        return new RuleViolationException(refusal.Kind, refusal.Code, $"Arm '{name}': {refusal.Message}", fields, refusal);
    }

    private static TrainingPlan Read(string? preset, JsonElement? common, string name, JsonElement? options, int index)
    {
        RequireObject(options, $"arms[{index}].options", $"the arm '{name}'");
        try
        {
            return TrainingPlanReader.Read(preset, JsonSerializer.SerializeToElement(OptionOverrides.Merge(common, options)));
        }
        catch (RuleViolationException refusal)
        {
            throw Located(refusal, common, name, options, index);
        }
        catch (ArgumentException twice)
        {
            string message = $"The options of the arm '{name}' or of the base have a member twice.";
            throw Invalid($"arms[{index}].options", message, twice);
        }
    }

    private static void RequireObject(JsonElement? options, string field, string owner)
    {
        if (options is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined) })
        {
            throw Invalid(field, $"The options of {owner} must be an object.");
        }
    }

    private static RuleViolationException Invalid(string field, string message, Exception? inner = null) =>
        new(RuleKind.Unusable, "invalid-options", message, new Dictionary<string, string[]> { [field] = [message] }, inner);

    /// <returns>Whether the options have the member, or something in its place that is no object.</returns>
    private static bool Names(JsonElement? options, string path)
    {
        if (options is not { ValueKind: JsonValueKind.Object } at) return false;
        foreach (string step in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object) return true;
            JsonProperty[] found = [.. at.EnumerateObject().Where(p => string.Equals(p.Name, step, StringComparison.OrdinalIgnoreCase)).Take(1)];
            if (found.Length == 0) return false;
            at = found[0].Value;
        }

        return true;
    }
}
