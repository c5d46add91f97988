using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using UdaSeg.Api.Datasets;
using UdaSeg.Api.Limits;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Studies;

/// <summary>Photographs, ground truth and every arm's prediction, side by side.</summary>
internal static class StudyPictureEndpoints
{
    private const int MinWidth = 16, MaxWidth = 8192;

    private static readonly Dictionary<string, string> Headers = new() { ["ETag"] = "Of what the picture is made of." };

    public static void MapStudyPictures(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder shown = v1.MapGroup("/studies/{id:guid}/predictions").WithTags("Studies");
        shown.MapGet("/", GetPredictions).Needs(AccessRole.Viewer).WithName("getStudyPredictions").Fails(404, 422);
        shown.MapGet("/{image:int}/photo", GetPhoto)
            .Needs(AccessRole.Viewer).WithName("getStudyPhoto").AnswersBytes("JPEG.", [StudyPictures.Jpeg], Headers).Fails(404, 422);
        shown.MapGet("/{image:int}/truth", GetTruth)
            .Needs(AccessRole.Viewer).WithName("getStudyTruth")
            .AnswersBytes("Indexed PNG in the label space's colours.", [StudyPictures.Png], Headers).Fails(404, 422);
        shown.MapGet("/{image:int}/arms/{arm:int}", GetPrediction)
            .Needs(AccessRole.Viewer).WithName("getStudyPrediction")
            .AnswersBytes("Indexed PNG in the label space's colours.", [StudyPictures.Png], Headers).Fails(404, 409, 413, 422, 503).EndsInTime();
    }

    /// <summary>Which images and which models a study shows side by side</summary>
    /// <remarks>
    /// Up to six labelled images, spread evenly over the evaluation set in the order of their names and the same for all arms. An arm is shown by its first run, in
    /// the order of the seeds, that has succeeded. Nothing is computed for this list; a prediction is when it is asked for.
    /// </remarks>
    /// <param name="id">The study.</param>
    internal static async Task<Ok<StudyPredictionsAnswer>> GetPredictions(Guid id, StudyPictures pictures, DatasetImages files, CancellationToken cancel)
    {
        (StudyAnswer study, StudyImageSet set) = await pictures.ReadAsync(id, cancel);
        string self = $"{StudyEndpoints.Path}/{id}/predictions";
        StudyModelAnswer[] arms = [.. study.Arms.Select(Model)];
        StudyImageAnswer[] images = await Task.Run(() => set.Samples.Select(Image).ToArray(), cancel);
        return TypedResults.Ok(new StudyPredictionsAnswer(set.Dataset.Id, set.Space.Classes, arms, images));

        static StudyModelAnswer Model(StudyArmAnswer arm)
        {
            StudyRunAnswer? run = StudyPredictions.ModelOf(arm);
            return new StudyModelAnswer(arm.Name, run?.Run, run?.Seed, run?.Checkpoint, run?.Miou, run is null && StudyPredictions.MayCome(arm));
        }

        StudyImageAnswer Image(SampleRef sample, int at)
        {
            ImageHeader? header = files.Header(sample.ImagePath);
            string[] predictions = [.. arms.Select((_, arm) => $"{self}/{at}/arms/{arm}")];
            return new StudyImageAnswer(sample.Name, header?.Width, header?.Height, $"{self}/{at}/photo", $"{self}/{at}/truth", predictions);
        }
    }

    /// <summary>The photograph of one of the images that a study shows</summary>
    /// <param name="id">The study.</param>
    /// <param name="image">Its place in the list, from 0.</param>
    /// <param name="width">Pixels that the picture is wide at most, 16 to 8192; as stored without it.</param>
    internal static async Task<IResult> GetPhoto(Guid id, int image, StudyPictures pictures, HttpContext context, CancellationToken cancel, int? width = null) =>
        await AnswerAsync(context, await pictures.PhotoAsync(id, image, Checked(width), cancel), cancel);

    /// <summary>The ground truth of one of the images that a study shows</summary>
    /// <param name="id">The study.</param>
    /// <param name="image">Its place in the list, from 0.</param>
    /// <param name="width">Pixels that the picture is wide at most, 16 to 8192; as stored without it.</param>
    internal static async Task<IResult> GetTruth(Guid id, int image, StudyPictures pictures, HttpContext context, CancellationToken cancel, int? width = null) =>
        await AnswerAsync(context, await pictures.TruthAsync(id, image, Checked(width), cancel), cancel);

    /// <summary>What an arm's model says of one of the images that a study shows</summary>
    /// <remarks>
    /// It is what the run's own evaluation kept, where it kept it; else the image is segmented as by <c>POST /segmentations</c>, through the same gate and limits,
    /// and the answer is kept in memory for a while. <c>arm-without-model</c> is 409 while a run of the arm may still succeed, and 404 when none has.
    /// </remarks>
    /// <param name="id">The study.</param>
    /// <param name="image">Its place in the list, from 0.</param>
    /// <param name="arm">The arm's place in the study, from 0.</param>
    /// <param name="width">Pixels that the picture is wide at most, 16 to 8192; as the image is stored without it.</param>
    internal static async Task<IResult> GetPrediction(
        Guid id, int image, int arm, StudyPictures pictures, HttpContext context, CancellationToken cancel, int? width = null) =>
        await AnswerAsync(context, await pictures.PredictionAsync(id, image, arm, Checked(width), cancel), cancel);

    /// <summary>What the client has already is neither made nor sent again.</summary>
    private static async Task<IResult> AnswerAsync(HttpContext context, StudyPicture picture, CancellationToken cancel)
    {
        bool known = Precondition.Of(context.Request).IsKnown(picture.Tag);
        byte[] file = known ? [] : await picture.MakeAsync(cancel); // a refusal has no headers of a picture
        context.Response.Headers.CacheControl = Pictures.Revalidated;
        context.Response.Headers.ETag = picture.Tag;
        return known
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(file, picture.MediaType, entityTag: EntityTagHeaderValue.Parse(picture.Tag));
    }

    private static int? Checked(int? width)
    {
        var faults = new FaultList();
        faults.Require(width is null or (>= MinWidth and <= MaxWidth), "width", $"A number from {MinWidth} to {MaxWidth} is needed.");
        faults.ThrowIfAny("invalid-width", "The picture cannot be this wide.");
        return width;
    }
}

/// <param name="Dataset">That the study is measured on, and the images are from.</param>
/// <param name="Classes">Of its label space: what the colours mean.</param>
/// <param name="Arms">In the study's order.</param>
/// <param name="Images">In the order of their names.</param>
public sealed record StudyPredictionsAnswer(
    Guid Dataset, IReadOnlyList<LabelClass> Classes, IReadOnlyList<StudyModelAnswer> Arms, IReadOnlyList<StudyImageAnswer> Images);

/// <summary>The run that an arm is shown by; all of it is null while there is none.</summary>
/// <param name="Name">The arm's.</param>
/// <param name="Run">The first, in the order of the seeds, that has succeeded.</param>
/// <param name="Seed">The run's.</param>
/// <param name="Checkpoint">The run's result.</param>
/// <param name="Miou">Of the run, over the whole evaluation set, 0..1.</param>
/// <param name="Pending">There is none yet, but a run of the arm may still succeed.</param>
public sealed record StudyModelAnswer(string Name, Guid? Run, long? Seed, Guid? Checkpoint, double? Miou, bool Pending);

/// <param name="Sample">Its name in the data set.</param>
/// <param name="Width">Of the file; null where it cannot be read.</param>
/// <param name="Height">Of the file.</param>
/// <param name="Photo">Address of the photograph.</param>
/// <param name="Truth">Address of the ground truth in colours.</param>
/// <param name="Predictions">Address for each arm, also of those that have no model yet.</param>
public sealed record StudyImageAnswer(string Sample, int? Width, int? Height, string Photo, string Truth, IReadOnlyList<string> Predictions);
