using UdaSeg.Api.Interop;
using UdaSeg.Api.Interop.HuggingFace;
using UdaSeg.Api.Limits;
using UdaSeg.Api.Observability;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Segmentations;

/// <summary>Semantic segmentation of one image by a trained checkpoint.</summary>
internal static class SegmentationEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/segmentations", SegmentImage)
        .Needs(AccessRole.Viewer).WithName("segmentImage").WithTags("Segmentations")
        .ReadsImage("The image as it is: JPEG, PNG or WebP.")
        .ReadsForm(new FormPart("image", "The image: JPEG, PNG or WebP.", File: true, Required: true))
        .Produces<SegmentationAnswer>()
        .AnswersBytes(
            "PNG: the mask, of the upright image's size. NPZ (with include=probabilities): the float16 array 'probabilities' of shape classes × height × width.",
            [SegmentationRequest.Png, SegmentationRequest.Npz],
            new() { ["Server-Timing"] = "Milliseconds: queue, decode, compute, encode, total.", ["X-Checkpoint"] = "The checkpoint's id.", ["X-Engine"] = "What computed." })
        .Fails(400, 404, 406, 413, 415, 422, 503).EndsInTime();

    /// <summary>Segments an image</summary>
    /// <remarks>
    /// By Accept the answer is an indexed PNG whose pixels are class indices and whose palette is the label space's, or JSON with every class's share, the
    /// mask in base64 and the image's drift from the target domain. EXIF orientation is applied.
    /// </remarks>
    /// <param name="checkpoint">A checkpoint's id or an alias; <c>default</c> without it.</param>
    /// <param name="encoding">For PNG: what a pixel shows.</param>
    /// <param name="include">For JSON: confidence, rle (COCO's run-lengths a class). For NPZ: probabilities.</param>
    private static async Task<IResult> SegmentImage(
        HttpContext context,
        UdaSegSettings settings,
        WorkGates gates,
        SegmenterPool pool,
        SegmentationWork work,
        InteropWork interop,
        ServiceMeter meter,
        string? checkpoint = null,
        [Words("index", "color", "overlay")] string? encoding = null,
        [Words("confidence", "rle", "probabilities", Many = true)] string? include = null)
    {
        gates.Segmentations.ThrowIfFull(); // before the body is read
        string name = string.IsNullOrEmpty(checkpoint) ? AliasStore.Default : checkpoint;
        if (IsForHuggingFace(context.Request, encoding ?? include)) return await HuggingFaceEndpoint.AnswerAsync(context, interop, name);

        ServerTiming timing = new(meter, "segment");
        SegmentationRequest wanted = SegmentationRequest.Read(context.Request, encoding, include);
        Checkpoint model = await pool.ResolveAsync(name, context.RequestAborted);
        using Upload? form = await ReadFormAsync(context.Request, settings.Limits.MaxUploadBytes);
        using PooledBytes? raw = form is null ? await ReadRawAsync(context.Request, settings.Limits.MaxUploadBytes) : null;
        PooledBytes image = raw ?? form!.Required("image");

        CancellationToken cancel = context.RequestAborted;
        SegmentationOutput output = await gates.Segmentations.RunAsync(
            image.Hold(), timing, () => work.Run(image.Span, model, wanted, settings.Limits, timing, cancel), cancel);

        context.Response.RegisterForDispose(output);
        timing.WriteTo(context.Response);
        context.Response.Headers["X-Checkpoint"] = model.Id.ToString();
        context.Response.Headers["X-Engine"] = output.Engine;
        return output.Answer is { } answer ? TypedResults.Ok(answer) : TypedResults.Bytes(output.Body, wanted.MediaType);
    }

    // Read here and not declared: one operation of generated clients has one answer. Theirs for this one is segmentForHuggingFace.
    private static bool IsForHuggingFace(HttpRequest request, string? other)
    {
        string? format = request.Query["format"];
        if (string.IsNullOrEmpty(format)) return false;
        FaultList faults = new();
        faults.Require(format == HuggingFaceEndpoint.Format, "format", $"'{format}' is not {HuggingFaceEndpoint.Format}.");
        faults.Require(other is null, "format", "It goes with neither encoding nor include.");
        faults.ThrowIfAny("invalid-segmentation", "The segmentation's parameters are not usable.");
        return true;
    }

    private static async Task<Upload?> ReadFormAsync(HttpRequest request, long maxBytes) =>
        FormParts.IsForm(request) ? await Upload.ReadFormAsync(request, maxBytes, ["image"], []) : null;

    private static Task<PooledBytes> ReadRawAsync(HttpRequest request, long maxBytes)
    {
        string type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        return OperationNotes.ImageTypes.Contains(type) || type == "application/octet-stream"
            ? Upload.ReadBodyAsync(request, maxBytes)
            : throw new RuleViolationException(
                RuleKind.Unsupported,
                "unsupported-media-type",
                "Send the image as image/jpeg, image/png, image/webp, or as the part 'image' of multipart/form-data.");
    }
}
