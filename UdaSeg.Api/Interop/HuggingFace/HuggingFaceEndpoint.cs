using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Interop.HuggingFace;

/// <summary>
/// The image-segmentation task as Hugging Face's clients call it. They take a URL for the model's name and post to it as it stands, so each checkpoint has one.
/// </summary>
internal static class HuggingFaceEndpoint
{
    public const string Root = "/hf";

    /// <summary>The value of <c>format</c> that asks <c>POST /segmentations</c> for the same answer.</summary>
    public const string Format = "hf";

    public static void Map(IEndpointRouteBuilder app) => app.MapGroup(Root).WithTags("Interop").Needs(AccessRole.Viewer).MapPost("/{checkpoint}", SegmentForHuggingFace)
        .WithName("segmentForHuggingFace")
        .ReadsImage("The image as it is: JPEG, PNG or WebP.")
        .Produces<IReadOnlyList<HuggingFaceSegment>>()
        .Fails(400, 404, 406, 413, 415, 422, 503);

    /// <summary>Segments an image as Hugging Face's task does</summary>
    /// <remarks>
    /// A mask and a score for each class present, for huggingface_hub's <c>InferenceClient.image_segmentation</c> with this address as its model. The body may
    /// also be <c>{"inputs": base64, "parameters": {"threshold", "mask_threshold", "subtask": "semantic"}}</c>.
    /// </remarks>
    /// <param name="checkpoint">A checkpoint's id or an alias.</param>
    private static Task<IResult> SegmentForHuggingFace(HttpContext context, InteropWork work, string checkpoint) => AnswerAsync(context, work, checkpoint);

    public static async Task<IResult> AnswerAsync(HttpContext context, InteropWork work, string checkpoint)
    {
        Negotiation.Choose(context.Request, "application/json");
        CancellationToken cancel = context.RequestAborted;
        Checkpoint model = await work.ResolveAsync(checkpoint, cancel);
        using HuggingFaceRequest request = await HuggingFaceRequest.ReadAsync(context.Request, work.MaxBytes);
        IReadOnlyList<HuggingFaceSegment> segments = await work.SegmentAsync(
            request.Image, model, SegmentationParts.Confidence, result => HuggingFaceSegments.Of(result, model.Manifest.LabelSpace, request.Options), cancel);
        context.Response.Headers["X-Checkpoint"] = model.Id.ToString();
        return TypedResults.Ok(segments);
    }
}
