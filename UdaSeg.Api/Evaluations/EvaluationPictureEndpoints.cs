using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Evaluations;

/// <summary>An evaluation's worst images: what the model said of each, and where it is wrong.</summary>
internal static class EvaluationPictureEndpoints
{
    private const string Png = "image/png";

    public static void MapEvaluationPictures(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder samples = v1.MapGroup("/evaluations/{id:guid}/samples").WithTags("Evaluations");
        samples.MapGet("/{name}/prediction", GetPrediction)
            .Needs(AccessRole.Viewer).WithName("getEvaluationPrediction")
            .AnswersBytes("PNG of the label's size.", [Png], new() { ["ETag"] = "The content's digest." })
            .Fails(404, 409, 422);
        samples.MapGet("/{name}/error", GetErrorMap)
            .Needs(AccessRole.Viewer).WithName("getEvaluationErrorMap")
            .AnswersBytes("PNG of the label's size.", [Png], new() { ["ETag"] = "The content's digest." })
            .Fails(404, 409, 422);

        // The same for names with sub-folders whose slashes the client did not escape.
        samples.MapGet("/{**path}", GetByPath).Needs(AccessRole.Viewer).ExcludeFromDescription();
    }

    /// <summary>What the model said of one of the evaluation's worst images</summary>
    /// <remarks>
    /// In the classes of the data set's label space; 255 (black) where the model said a class that the labels do not have. Kept are the predictions of the images
    /// under <c>worst</c>, as long as the checkpoint is there; of other images, and of evaluations from before predictions were kept, 404
    /// <c>prediction-not-kept</c>. An overlay needs the data set.
    /// </remarks>
    /// <param name="id">The evaluation.</param>
    /// <param name="name">The sample's name; slashes may be escaped or not.</param>
    /// <param name="encoding">What a pixel shows: the class's index under the label space's palette, its colour, or its colour over the image.</param>
    internal static async Task<IResult> GetPrediction(
        Guid id, string name, EvaluationPictures pictures, HttpResponse response, CancellationToken cancel, [Words("index", "color", "overlay")] string? encoding = null)
    {
        MaskEncoding wanted = MaskEncodings.Require(encoding);
        byte[] png = await pictures.PredictionAsync(id, SampleName.Of(name), wanted, cancel);
        return Pictures.Of(response, png, Png, wanted == MaskEncoding.Overlay ? Pictures.Revalidated : Pictures.Immutable);
    }

    /// <summary>Where the model is wrong on one of the evaluation's worst images</summary>
    /// <remarks>
    /// Over the photo in dimmed grey: red where the prediction is wrong, the photo alone where it is right, and diagonal light grey lines where pixels are not
    /// counted (the label is 255, or the class is one that the model lacks and <c>missingClasses</c> is <c>ignore</c>). Needs the prediction and the data set.
    /// </remarks>
    /// <param name="id">The evaluation.</param>
    /// <param name="name">The sample's name; slashes may be escaped or not.</param>
    internal static async Task<IResult> GetErrorMap(Guid id, string name, EvaluationPictures pictures, HttpResponse response, CancellationToken cancel) =>
        Pictures.Of(response, await pictures.ErrorsAsync(id, SampleName.Of(name), cancel), Png, Pictures.Revalidated);

    private static Task<IResult> GetByPath(
        Guid id, string path, EvaluationPictures pictures, HttpResponse response, CancellationToken cancel, string? encoding = null)
    {
        int slash = path.LastIndexOf('/');
        (string name, string what) = (path[..Math.Max(slash, 0)], path[(slash + 1)..]);
        return what switch
        {
            "prediction" => GetPrediction(id, name, pictures, response, cancel, encoding),
            "error" => GetErrorMap(id, name, pictures, response, cancel),
            _ => throw new RuleViolationException(RuleKind.NotFound, "no-such-route", "A sample of an evaluation has prediction and error."),
        };
    }
}
