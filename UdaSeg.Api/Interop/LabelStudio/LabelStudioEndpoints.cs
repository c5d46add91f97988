using System.Text.Json;
using UdaSeg.Api.Limits;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Interop.LabelStudio;

/// <summary>
/// A machine-learning backend for Label Studio, which appends its words to the address that it is given (<c>…/label-studio</c>). Nothing is kept between
/// requests: each brings the project's configuration.
/// </summary>
internal static class LabelStudioEndpoints
{
    public const string Root = "/label-studio";

    /// <summary>Label Studio waits for 100 seconds, so a batch must be small anyway.</summary>
    private const int MaxTasks = 100;

    public static void Map(IEndpointRouteBuilder app)
    {
        RouteGroupBuilder studio = app.MapGroup(Root).WithTags("Interop").Needs(AccessRole.Viewer);
        studio.MapGet("", GetLabelStudioHealth).ForAnyone().ExcludeFromDescription();
        studio.MapGet("/health", GetLabelStudioHealth).ForAnyone().WithName("getLabelStudioHealth");
        studio.MapPost("/setup", SetUpLabelStudio).WithName("setUpLabelStudio").Fails(404);
        studio.MapGet("/versions", GetLabelStudioVersions).WithName("getLabelStudioVersions").Fails(404);
        studio.MapPost("/predict", PredictForLabelStudio).ReadsImagesInJson().WithName("predictForLabelStudio").Fails(400, 404, 413, 415, 422, 503).EndsInTime();
        studio.MapPost("/webhook", IgnoreLabelStudioEvent).WithName("ignoreLabelStudioEvent");
    }

    /// <summary>The backend answers</summary>
    private static LabelStudioHealth GetLabelStudioHealth() => new("UP", "UdaSeg");

    /// <summary>Tells which model will predict</summary>
    /// <remarks>The address and the token that Label Studio sends along are not used: images are fetched from the configured origin only.</remarks>
    private static async Task<SetupAnswer> SetUpLabelStudio(UdaSegSettings settings, InteropWork work, CancellationToken cancel) =>
        new((await work.ResolveAsync(settings.LabelStudio.Checkpoint, cancel)).Id.ToString());

    /// <summary>Lists the one version there is at present</summary>
    private static async Task<VersionsAnswer> GetLabelStudioVersions(UdaSegSettings settings, InteropWork work, CancellationToken cancel) =>
        new([(await work.ResolveAsync(settings.LabelStudio.Checkpoint, cancel)).Id.ToString()]);

    /// <summary>Predicts brush regions for tasks</summary>
    /// <remarks>If one of the images cannot be had or read, none is answered: an empty prediction would look as if nothing were there.</remarks>
    private static async Task<PredictAnswer> PredictForLabelStudio(
        UdaSegSettings settings, InteropWork work, TaskImages images, PredictRequest request, CancellationToken cancel)
    {
        if (request.Tasks.Count > MaxTasks)
        {
            throw new RuleViolationException(RuleKind.Unusable, "too-many-tasks", $"At most {MaxTasks} tasks are predicted at a time, not {request.Tasks.Count}.");
        }

        Checkpoint model = await work.ResolveAsync(settings.LabelStudio.Checkpoint, cancel);
        if (request.Tasks.Count == 0) return new PredictAnswer([]);
        LabellingConfig config = LabellingConfig.Read(request.LabelConfig ?? request.Schema);
        List<Prediction> results = [];
        foreach (LabelStudioTask task in request.Tasks)
        {
            using PooledBytes image = await images.ReadAsync(ValueOf(task, config.ImageKey), cancel);
            results.Add(await work.SegmentAsync(image.Memory, model, SegmentationParts.Confidence, result => BrushRegions.Predict(result, model, config), cancel));
        }

        return new PredictAnswer(results);
    }

    /// <summary>Accepts an event and does nothing</summary>
    private static WebhookAnswer IgnoreLabelStudioEvent() => new("ignored", "UdaSeg does not learn from annotations; its models come from training runs.");

    private static string ValueOf(LabelStudioTask task, string key) =>
        task.Data.TryGetValue(key, out JsonElement value) && value.ValueKind == JsonValueKind.String && JsonBodies.Text(value, $"tasks.data.{key}") is { Length: > 0 } text
            ? text
            : throw new RuleViolationException(RuleKind.Unusable, "task-image-unusable", $"The task's data have no text under '{key}'.");
}
