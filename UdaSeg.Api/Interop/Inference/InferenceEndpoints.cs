using System.Globalization;
using UdaSeg.Api.Health;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Interop.Inference;

/// <summary>
/// The Open Inference Protocol, version 2, as clients of KServe and Triton speak it. A model's name is a checkpoint's id or an alias; its version is the
/// checkpoint's id. The routes are not in our OpenAPI document: they have one of their own, and errors of another form.
/// </summary>
internal static class InferenceEndpoints
{
    public const string Root = "/v2";

    public static void Map(IEndpointRouteBuilder app)
    {
        RouteGroupBuilder v2 = app.MapGroup(Root).ExcludeFromDescription().Needs(AccessRole.Viewer);
        v2.MapGet("", static () => ServerMetadata.Current);
        v2.MapGet("/health/live", static () => new ServerLive(true)).ForAnyone();
        v2.MapGet("/health/ready", GetReady).ForAnyone();
        foreach (string model in (string[])["/models/{name}", "/models/{name}/versions/{version}"])
        {
            v2.MapGet(model, GetModel);
            v2.MapGet($"{model}/ready", GetModelReady);
            v2.MapPost($"{model}/infer", Infer);
        }
    }

    private static async Task<IResult> GetReady(IEnumerable<IReadinessCheck> checks, ILogger<InferenceRequest> log, CancellationToken cancel)
    {
        bool ready = (await HealthEndpoints.FindAsync(checks, log, cancel)).All(c => c.Ok);
        return TypedResults.Json(new ServerReady(true, ready), statusCode: ready ? 200 : 503);
    }

    private static async Task<ModelMetadata> GetModel(InteropWork work, string name, CancellationToken cancel, string? version = null) =>
        ModelMetadata.Of(name, await ResolveAsync(work, name, version, cancel));

    private static async Task<IResult> GetModelReady(InteropWork work, string name, CancellationToken cancel, string? version = null)
    {
        bool ready = await work.IsReadyAsync(await ResolveAsync(work, name, version, cancel), cancel);
        return TypedResults.Json(new ModelReady(name, ready), statusCode: ready ? 200 : 503);
    }

    private static async Task<IResult> Infer(HttpContext context, InteropWork work, string name, string? version = null)
    {
        CancellationToken cancel = context.RequestAborted;
        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            throw new RuleViolationException(RuleKind.Unsupported, "unsupported-encoding", "Compressed bodies are not read here.");
        }

        Checkpoint model = await ResolveAsync(work, name, version, cancel);
        using PooledBytes body = await Upload.ReadBodyAsync(context.Request, work.MaxBytes);
        (InferenceRequest request, ReadOnlyMemory<byte> binary) = InferenceRequestReader.Read(context.Request.Headers, body.Memory);
        InputImage image = InputImage.Of(request, binary, work.MaxPixels);
        InferenceAnswer answer = image.Pixels is { } pixels
            ? await work.SegmentAsync(pixels, model, request.Parts, result => InferenceAnswer.Write(request, name, model.Id, result), cancel)
            : await work.SegmentAsync(image.File, model, request.Parts, result => InferenceAnswer.Write(request, name, model.Id, result), cancel);

        context.Response.RegisterForDispose(answer);
        if (answer.JsonLength is not { } length) return TypedResults.Bytes(answer.Body, "application/json");
        context.Response.Headers[InferenceRequestReader.HeaderLength] = length.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Bytes(answer.Body, "application/octet-stream");
    }

    private static async Task<Checkpoint> ResolveAsync(InteropWork work, string name, string? version, CancellationToken cancel)
    {
        Checkpoint model = await work.ResolveAsync(name, cancel);
        return version is null || (Guid.TryParse(version, out Guid id) && id == model.Id)
            ? model
            : throw new RuleViolationException(RuleKind.NotFound, "version-not-found", $"The model '{name}' has no version '{version}'; it has '{model.Id}'.");
    }
}
