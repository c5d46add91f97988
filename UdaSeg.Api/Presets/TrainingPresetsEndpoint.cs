using System.Text.Json;
using System.Text.Json.Nodes;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Presets;

/// <param name="Default">The preset of a run that names none.</param>
/// <param name="Presets">Whole plans by name.</param>
/// <param name="Options">What a run's <c>options</c> may override.</param>
/// <param name="Methods">The choices of the option <c>method</c>.</param>
internal sealed record TrainingPresetsAnswer(
    string Default, IReadOnlyDictionary<string, TrainingPlan> Presets, IReadOnlyList<PlanOptionAnswer> Options, IReadOnlyList<TrainingMethodAnswer> Methods);

/// <summary>An option of a training plan.</summary>
/// <param name="Path">As in <c>options</c>, such as <c>alignment.beta</c>.</param>
/// <param name="Type">integer, number, boolean, string, size ({width, height} or [width, height]) or enum.</param>
/// <param name="Unit">Null for plain numbers and choices.</param>
/// <param name="Meaning">What it does, with its range.</param>
/// <param name="Values">The choices of an enum, else null.</param>
/// <param name="Defaults">Its value in each preset.</param>
internal sealed record PlanOptionAnswer(
    string Path, string Type, string? Unit, string Meaning, IReadOnlyList<string>? Values, IReadOnlyDictionary<string, JsonElement?> Defaults);

/// <summary>A way to adapt.</summary>
/// <param name="Name">As the option <c>method</c> takes it.</param>
/// <param name="Title">For people.</param>
/// <param name="Meaning">A sentence.</param>
/// <param name="Options">What it changes in any preset, before a run's own options apply; empty for the paper's method.</param>
internal sealed record TrainingMethodAnswer(string Name, string Title, string Meaning, JsonElement Options);

internal static class TrainingPresetsEndpoint
{
    private static readonly Lazy<TrainingPresetsAnswer> Answer = new(Create);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/training-presets", ListTrainingPresets).Needs(AccessRole.Viewer).WithName("listTrainingPresets").WithTags("Training runs");

    /// <summary>The presets of training plans, and every option with its defaults, unit and meaning</summary>
    private static TrainingPresetsAnswer ListTrainingPresets() => Answer.Value;

    private static TrainingPresetsAnswer Create()
    {
        Dictionary<string, JsonNode> plans = TrainingPresets.All.ToDictionary(
            p => p.Key, p => JsonSerializer.SerializeToNode(p.Value, TrainingPlanReader.Json)!);
        PlanOptionAnswer[] options = [.. PlanOptions.All.Select(o => new PlanOptionAnswer(
            o.Path, o.Type, o.Unit, o.Meaning, o.Values, plans.ToDictionary(p => p.Key, p => ValueAt(p.Value, o.Path))))];
        return new TrainingPresetsAnswer(TrainingPresets.Default, TrainingPresets.All, options, MethodMeanings.All);
    }

    private static JsonElement? ValueAt(JsonNode plan, string path)
    {
        JsonNode? node = plan;
        foreach (string name in path.Split('.')) node = node?[name];
        return node is null ? null : JsonSerializer.SerializeToElement(node);
    }
}
