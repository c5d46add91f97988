using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;

namespace UdaSeg.Api.Studies;

/// <summary>One image in small pictures, as <c>data:</c> URIs.</summary>
/// <param name="Sample">Its name.</param>
/// <param name="Photo">JPEG.</param>
/// <param name="Truth">Indexed PNG.</param>
/// <param name="Predictions">Of each arm, indexed PNG; null where there is none at hand.</param>
internal sealed record StudyGalleryRow(string Sample, string Photo, string Truth, IReadOnlyList<string?> Predictions)
{
    public int Length => Photo.Length + Truth.Length + Predictions.Sum(p => p?.Length ?? 0);
}

/// <param name="Rows">An image each.</param>
/// <param name="Missing">What is not shown, and why: a sentence each.</param>
internal sealed record StudyGallery(IReadOnlyList<StudyGalleryRow> Rows, IReadOnlyList<string> Missing);

/// <summary>A study's pictures for a report. It computes no prediction, so that a report comes at once: what is not at hand is left out and named.</summary>
internal sealed class StudyGalleries(StudyImages images, StudyPictures pictures, StudyPredictions predictions)
{
    /// <summary>Characters of all pictures together: a report is sent by mail.</summary>
    public const int MaxLength = 1_000_000;

    public const int Width = 200;

    private const string NotComputed = "Predictions that are not kept are not computed for a report: look at the study's page, then ask for the report again.";

    /// <returns>Null while no arm has a model.</returns>
    public async Task<StudyGallery?> DrawAsync(StudyAnswer study, CancellationToken cancel)
    {
        StudyRunAnswer?[] models = [.. study.Arms.Select(StudyPredictions.ModelOf)];
        if (models.All(m => m is null)) return null;
        var rows = new List<StudyGalleryRow>();
        var missing = new List<string>();
        try
        {
            StudyImageSet set = await images.ReadAsync(study.Base.Evaluation, cancel);
            foreach (SampleRef sample in set.Samples)
            {
                StudyGalleryRow row = await DrawAsync(models, set, sample, missing, cancel);
                if (rows.Sum(r => r.Length) + row.Length > MaxLength)
                {
                    missing.Add("A report has room for about a megabyte of pictures: the study's page has more.");
                    break;
                }

                rows.Add(row);
            }
        }
        catch (Exception fault) when (fault is RuleViolationException or DatasetTransferException)
        {
            missing.Add("The evaluation set was deleted, or its files cannot be read: images of it are not shown.");
        }

        return new StudyGallery(rows, [.. missing.Distinct()]);
    }

    private async Task<StudyGalleryRow> DrawAsync(
        StudyRunAnswer?[] models, StudyImageSet set, SampleRef sample, List<string> missing, CancellationToken cancel)
    {
        var said = new List<string?>();
        foreach (StudyRunAnswer? model in models)
        {
            byte[]? png = model is null ? null : await predictions.FindAsync(model, set, sample, cancel);
            if (png is null && model is not null) missing.Add(NotComputed);
            said.Add(png is null ? null : Uri(StudyPictures.Png, StudyPictures.Labels(PngLabelCodec.Read(png).ToMap(), set.Space, Width)));
        }

        return await Task.Run(
            () => new StudyGalleryRow(
                sample.Name,
                Uri(StudyPictures.Jpeg, pictures.Photo(sample, Width)),
                Uri(StudyPictures.Png, StudyPictures.Truth(sample, set.Space, Width)),
                said),
            cancel);
    }

    private static string Uri(string type, byte[] file) => $"data:{type};base64,{Convert.ToBase64String(file)}";
}
