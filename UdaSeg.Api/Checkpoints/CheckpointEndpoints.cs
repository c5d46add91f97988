using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using UdaSeg.Api.Idempotency;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Checkpoints;

/// <summary>The published models.</summary>
internal static class CheckpointEndpoints
{
    public const string Path = "/api/v1/checkpoints";

    public static void MapCheckpoints(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder checkpoints = v1.MapGroup("/checkpoints").WithTags("Checkpoints");
        checkpoints.MapGet("/", List).Needs(AccessRole.Viewer).WithName("listCheckpoints").ProducesProblem(400);
        checkpoints.MapPost("/", Import)
            .Needs(AccessRole.Trainer).WithName("importCheckpoint").TakesIdempotencyKey().Produces<CheckpointResponse>(201).Fails(400, 413, 415, 422)
            .ReadsForm(
                new FormPart("manifest", "JSON, as a checkpoint's manifest; digest is checked when given.", Required: true),
                new FormPart("weights", "A safetensors file of float32 with exactly the architecture's tensors.", File: true, Required: true));
        checkpoints.MapGet("/{id:guid}", Get).Needs(AccessRole.Viewer).WithName("getCheckpoint").ProducesProblem(404);
        checkpoints.MapMethods("/{id:guid}/weights", ["GET", "HEAD"], Weights).Needs(AccessRole.Viewer).WithName("getCheckpointWeights")
            .Produces<byte[]>(200, "application/octet-stream").Produces<byte[]>(206, "application/octet-stream").Produces(304)
            .ProducesProblem(404).Produces(416);
        checkpoints.MapMethods("/{id:guid}/onnx", ["GET", "HEAD"], Onnx).Needs(AccessRole.Viewer).WithName("getCheckpointOnnx")
            .Produces<byte[]>(200, "application/octet-stream").Produces<byte[]>(206, "application/octet-stream").Produces(304)
            .ProducesProblem(404).Produces(416).ProducesProblem(422);
        checkpoints.MapDelete("/{id:guid}", Delete).Needs(AccessRole.Admin).WithName("deleteCheckpoint").ProducesProblem(404).ProducesProblem(409);
    }

    /// <summary>Lists checkpoints, newest first.</summary>
    /// <param name="limit">1 to 500, default 50.</param>
    /// <param name="cursor">A former answer's <c>nextCursor</c>.</param>
    internal static async Task<Ok<Page<CheckpointResponse>>> List(int? limit, string? cursor, CheckpointStore checkpoints, AliasStore aliases,
        CancellationToken cancel)
    {
        Page<Checkpoint> page = await checkpoints.ListAsync(PageRequest.Of(limit, cursor), cancel);
        ILookup<Guid, string> names = await NamesAsync(aliases, cancel);
        return TypedResults.Ok(new Page<CheckpointResponse>([.. page.Items.Select(c => CheckpointResponse.Of(c, names[c.Id]))], page.NextCursor));
    }

    /// <summary>
    /// Imports a checkpoint: a manifest and a safetensors file. Names, shapes and values are checked against the manifest's architecture; then it can be
    /// served, evaluated, and started from. Pickles (.pth) are refused unopened.
    /// </summary>
    internal static async Task<IResult> Import(HttpRequest request, CheckpointImport import, CancellationToken cancel)
    {
        Checkpoint checkpoint = await import.RunAsync(request, cancel);
        return TypedResults.Created($"{Path}/{checkpoint.Id}", CheckpointResponse.Of(checkpoint, []));
    }

    /// <summary>A checkpoint's manifest: architecture, label space, normalisation, origin, target style, digest and metrics.</summary>
    internal static async Task<Ok<CheckpointResponse>> Get(Guid id, CheckpointStore checkpoints, AliasStore aliases, CancellationToken cancel)
    {
        Checkpoint checkpoint = await checkpoints.GetAsync(id, cancel);
        return TypedResults.Ok(CheckpointResponse.Of(checkpoint, (await NamesAsync(aliases, cancel))[id]));
    }

    /// <summary>The weights as a safetensors file. Its <c>ETag</c> is the SHA-256 of the content; ranges and conditional requests are answered.</summary>
    internal static async Task<IResult> Weights(Guid id, CheckpointStore checkpoints, IArtifactStore artifacts, CancellationToken cancel)
    {
        Checkpoint checkpoint = await checkpoints.GetAsync(id, cancel);
        try
        {
            return TypedResults.Stream(
                artifacts.OpenRead(checkpoint.WeightsKey),
                "application/octet-stream",
                $"{FileName(checkpoint.Manifest.Name)}.safetensors",
                checkpoint.CreatedAt,
                new EntityTagHeaderValue($"\"{checkpoint.Manifest.Digest}\""),
                enableRangeProcessing: true);
        }
        catch (FileNotFoundException gone)
        {
            throw new RuleViolationException(RuleKind.NotFound, "weights-not-found", "The checkpoint's weights are gone.", inner: gone);
        }
    }

    /// <summary>
    /// The model as an ONNX file (opset 17): from <c>image</c> [N, 3, H, W], float32 RGB in 0..1 and normalised, to <c>logits</c> [N, C, H, W], for any
    /// N, H and W. Its metadata hold class names, colours, normalisation, base size and the checkpoint's id and digest, each as JSON. Made when first asked
    /// for, which takes seconds; <c>ETag</c>, ranges and conditional requests are as with the weights.
    /// </summary>
    internal static async Task<IResult> Onnx(Guid id, CheckpointStore checkpoints, OnnxFiles exports, CancellationToken cancel)
    {
        Checkpoint checkpoint = await checkpoints.GetAsync(id, cancel);
        return TypedResults.Stream(
            await exports.OpenAsync(checkpoint, cancel),
            "application/octet-stream",
            $"{FileName(checkpoint.Manifest.Name)}.onnx",
            checkpoint.CreatedAt,
            new EntityTagHeaderValue($"\"{OnnxFiles.TagOf(id)}\""),
            enableRangeProcessing: true);
    }

    /// <summary>Deletes a checkpoint, its weights, what was exported of it, and the predictions that its evaluations kept. Their figures stay.</summary>
    internal static async Task<NoContent> Delete(Guid id, CheckpointStore checkpoints, IArtifactStore artifacts, OnnxFiles exports, KeptPredictions predictions,
        SegmenterPool pool, CancellationToken cancel)
    {
        Checkpoint deleted = await checkpoints.DeleteAsync(id, cancel);
        pool.Evict(id);
        artifacts.Delete(deleted.WeightsKey);
        exports.Delete(id);
        await predictions.DeleteOfAsync(id, CancellationToken.None); // the checkpoint is gone: nobody asks again
        return TypedResults.NoContent();
    }

    private static async Task<ILookup<Guid, string>> NamesAsync(AliasStore aliases, CancellationToken cancel) =>
        (await aliases.ListAsync(cancel)).ToLookup(a => a.Checkpoint, a => a.Name);

    private static string FileName(string name) => new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')]);
}
