using System.Text.Json;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Estimates;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;

namespace UdaSeg.Api.Presets;

/// <summary>What a run would need, before it is submitted.</summary>
internal static class TrainingEstimateEndpoint
{
    private const int DefaultClasses = 19, MaxClasses = 255;
    private const double MaxSeconds = 86_400;

    private static readonly ImageCaches Caches = new(SampleStore.DefaultBudget, StoredPseudoLabels.Budget);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/training-presets/estimate", EstimateTraining).Needs(AccessRole.Viewer).WithName("estimateTraining").WithTags("Training runs").Fails(400, 422);

    /// <summary>Memory, work and time of a run before it is submitted, and what would fit a device</summary>
    /// <remarks>
    /// Worked out from the shapes of every layer; nothing is trained. Memory is in bytes and holds for float32. Measured peaks on a processor lie
    /// within an eighth of the estimate, image cache aside; a graphics card's allocator and libraries were not measured.
    /// </remarks>
    /// <param name="preset"><c>paper</c> (default), <c>small</c> or <c>tiny</c>.</param>
    /// <param name="options">A JSON object as in a run's <c>options</c>, URL-encoded.</param>
    /// <param name="classes">Of the label space, 1 to 255; default 19.</param>
    /// <param name="deviceMemory">Bytes, or a number with a suffix such as <c>24GiB</c> or <c>11GB</c>.</param>
    /// <param name="secondsPerIteration">Of an adaptation iteration, as you measured it; above 0, at most 86,400. Default: from this server's runs.</param>
    /// <param name="speeds">What runs took.</param>
    /// <param name="cancel">Stops the query.</param>
    private static async Task<TrainingEstimateAnswer> EstimateTraining(
        string? preset, string? options, int? classes, string? deviceMemory, double? secondsPerIteration, RunSpeeds speeds, CancellationToken cancel)
    {
        TrainingPlan plan = TrainingPlanReader.Read(preset, Parse(options));
        var faults = new FaultList();
        faults.Require(classes is null or (>= 1 and <= MaxClasses), "classes", $"A number from 1 to {MaxClasses} is needed.");
        faults.Require(secondsPerIteration is null or (> 0 and <= MaxSeconds), "secondsPerIteration", "A number above 0, at most 86,400, is needed.");
        long? memory = string.IsNullOrEmpty(deviceMemory) ? null : ByteSize.Read(deviceMemory);
        bool readable = string.IsNullOrEmpty(deviceMemory) || memory is not null;
        faults.Require(readable, "deviceMemory", "Bytes, or a number with a suffix such as 24GiB or 11GB, are needed.");
        faults.ThrowIfAny("invalid-estimate", "The estimate's parameters are not usable.");
        int count = classes ?? DefaultClasses;
        PlanEstimate estimate = PlanEstimate.Of(plan, count, Caches);
        ObservedSpeed? observed = secondsPerIteration is null ? await speeds.ObserveAsync(plan, cancel) : null;
        return new TrainingEstimateAnswer(
            preset ?? TrainingPresets.Default,
            PlanSizes.Of(plan),
            count,
            estimate.Parameters,
            estimate.Coarse,
            estimate.Adaptation,
            estimate.LabellingBytes,
            estimate.PeakBytes(hostToo: plan.Device != "cuda"),
            memory is { } bytes ? DeviceFit.Of(plan, count, Caches, bytes) : null,
            TimeEstimate.Of(estimate, secondsPerIteration, observed));
    }

    private static JsonElement? Parse(string? options)
    {
        if (string.IsNullOrEmpty(options)) return null;
        try
        {
            return JsonElement.Parse(options);
        }
        catch (JsonException fault)
        {
            const string message = "Options must be a JSON object.";
            throw new RuleViolationException(
                RuleKind.Unusable, "invalid-options", message, new Dictionary<string, string[]> { ["options"] = [message] }, fault);
        }
    }
}
