using Microsoft.AspNetCore.Http.HttpResults;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>What a stage's teacher called the target's pixels, as far as it was sure enough.</summary>
internal static class PseudoLabelEndpoints
{
    private const string Png = "image/png";

    public static void MapPseudoLabels(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder labels = v1.MapGroup("/training-runs/{id:guid}/stages/{stage:int}/pseudo-labels").WithTags("Training runs");
        labels.MapGet("/", List).Needs(AccessRole.Viewer).WithName("listPseudoLabels").ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);
        labels.MapGet("/{sample}", Get)
            .Needs(AccessRole.Viewer).WithName("getPseudoLabel")
            .AnswersBytes("PNG of the size that the target was trained on in.", [Png], new() { ["ETag"] = "The content's digest." })
            .Fails(404, 422);

        // The same for names with sub-folders whose slashes the client did not escape.
        labels.MapGet("/{**sample}", Get).Needs(AccessRole.Viewer).ExcludeFromDescription();
    }

    /// <summary>Lists the target's images by name, with how much of each has a pseudo-label in the stage</summary>
    /// <remarks>404 <c>stage-without-pseudo-labels</c> for stage 0, and <c>pseudo-labels-not-found</c> while there are none or after they were deleted.</remarks>
    /// <param name="id">The run.</param>
    /// <param name="stage">1..K.</param>
    /// <param name="limit">1 to 500; 50 without it.</param>
    /// <param name="cursor">Of the page before.</param>
    internal static async Task<Ok<Page<PseudoLabelItem>>> List(
        Guid id, int stage, PseudoLabels labels, CancellationToken cancel, int? limit = null, string? cursor = null) =>
        TypedResults.Ok(await labels.ListAsync(id, stage, PageRequest.Of(limit, cursor), cancel));

    /// <summary>The pseudo-labels of one target image, as the stage trained on them</summary>
    /// <remarks>255 (black, or the photo alone in an overlay) where the teacher was not sure enough.</remarks>
    /// <param name="id">The run.</param>
    /// <param name="stage">1..K.</param>
    /// <param name="sample">The image's name in the target data set; slashes may be escaped or not.</param>
    /// <param name="encoding">What a pixel shows: the class's index under the label space's palette, its colour, or its colour over the photo.</param>
    internal static async Task<IResult> Get(
        Guid id, int stage, string sample, PseudoLabels labels, HttpResponse response, CancellationToken cancel,
        [Words("index", "color", "overlay")] string? encoding = null)
    {
        MaskEncoding wanted = MaskEncodings.Require(encoding);
        return Pictures.Of(response, await labels.DrawAsync(id, stage, SampleName.Of(sample), wanted, cancel), Png, Pictures.Revalidated);
    }
}
