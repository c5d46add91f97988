using System.IO.Compression;
using UdaSeg.Api.Datasets;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;

namespace UdaSeg.Api.Evaluations;

/// <summary>One of an evaluation's worst images, as small pictures in <c>data:</c> URIs; each is null where what it shows is gone.</summary>
/// <param name="Score">Its name and mIoU.</param>
/// <param name="Photo">JPEG.</param>
/// <param name="Truth">Indexed PNG in the label space's colours.</param>
/// <param name="Prediction">Indexed PNG in the label space's colours.</param>
/// <param name="Errors">JPEG of the error map.</param>
/// <param name="WrongShare">Of the pixels that count, those that are wrong, 0..1.</param>
internal sealed record WorstImage(
    ImageScore Score, string? Photo = null, string? Truth = null, string? Prediction = null, string? Errors = null, double? WrongShare = null);

/// <param name="Images">Worst first.</param>
/// <param name="Missing">What is not shown, and why: a sentence each.</param>
internal sealed record WorstGallery(IReadOnlyList<WorstImage> Images, IReadOnlyList<string> Missing);

/// <summary>Draws the worst images for a report. What is gone is left out and named: a report comes in any case.</summary>
internal sealed class WorstImages(KeptPredictions kept, DatasetSamples samples, DatasetImages images, IImageCodec codec)
{
    /// <summary>Pixels that a picture is wide at most: ten images make a report of about a megabyte.</summary>
    public const int MaxWidth = 480;

    private const int Quality = 80;

    /// <param name="evaluation">One that has succeeded.</param>
    /// <param name="dataset">Null when it was deleted.</param>
    /// <param name="space">Of the data set; null without it.</param>
    public WorstGallery Draw(EvaluationRecord evaluation, Dataset? dataset, LabelSpace? space)
    {
        EvaluationReport report = evaluation.Report!;
        var missing = new List<string>();
        if (dataset is null || space is null) missing.Add("The data set was deleted: photos, ground truth and error maps are not shown.");
        IReadOnlyList<SampleRef>? files = dataset is null || space is null ? null : List(dataset, missing);
        using PngArchive? archive = kept.Open(evaluation);
        if (archive is null) missing.Add("The predictions were not kept, or were deleted with the checkpoint: predictions and error maps are not shown.");
        return new WorstGallery([.. report.Worst.Select(Draw)], missing);

        WorstImage Draw(ImageScore score)
        {
            SampleRef? sample = files?.FirstOrDefault(f => f.Name == score.Sample);
            if (files is not null && sample is null) missing.Add($"The data set has no image '{score.Sample}' any more.");
            return DrawOne(score, archive, sample, space, report, missing);
        }
    }

    private IReadOnlyList<SampleRef>? List(Dataset dataset, List<string> missing)
    {
        try
        {
            return samples.List(dataset);
        }
        catch (Exception fault) when (fault is RuleViolationException or IOException or UnauthorizedAccessException or DatasetTransferException)
        {
            missing.Add("The data set's files cannot be read: photos, ground truth and error maps are not shown.");
            return null;
        }
    }

    private WorstImage DrawOne(
        ImageScore score, PngArchive? archive, SampleRef? files, LabelSpace? space, EvaluationReport report, List<string> missing)
    {
        var image = new WorstImage(score);
        byte[]? png = archive?.Find(score.Sample);
        LabelMap? prediction = png is null ? null : PngLabelCodec.Read(png).ToMap();
        if (png is not null) image = image with { Prediction = DataUri(prediction!, space, png) };
        if (files is null || space is null) return image;
        try
        {
            LabelMap truth = DatasetImages.Truth(files, space);
            LabelMap small = Small(truth);
            RgbImage photo = ImageResizing.Fit(images.Photo(files), small);
            image = image with { Photo = DataUri(photo), Truth = DataUri(small, space, null) };
            if (prediction is null) return image;
            EvaluationPictures.RequireSize(truth, prediction);
            bool[] counted = EvaluationPictures.CountedClasses(report);
            RgbImage errors = ErrorMap.Draw(photo, small, Small(prediction), counted);
            return image with { Errors = DataUri(errors), WrongShare = ErrorMap.WrongShare(truth, prediction, counted) };
        }
        catch (RuleViolationException)
        {
            missing.Add($"The files of '{score.Sample}' cannot be read, or are no longer those that were measured.");
            return image;
        }
    }

    private static LabelMap Small(LabelMap map) => map.Width <= MaxWidth
        ? map
        : ImageResizing.ResizeNearest(map, MaxWidth, Math.Max(1, (int)Math.Round((double)map.Height * MaxWidth / map.Width)));

    private string DataUri(RgbImage image) => Uri("image/jpeg", codec.Encode(image, ImageFormat.Jpeg, Quality));

    /// <summary>In the space's colours; without the space, the kept file itself has them.</summary>
    private string DataUri(LabelMap map, LabelSpace? space, byte[]? asKept)
    {
        LabelMap small = Small(map);
        if (space is not null) return Uri("image/png", PngLabelCodec.WriteIndexed(small, space, CompressionLevel.Optimal));
        LabelFile kept = PngLabelCodec.Read(asKept);
        RgbImage colors = LabelColorizer.Colorize(kept);
        return Uri("image/png", codec.Encode(ImageResizing.Fit(colors, small), ImageFormat.Png));
    }

    private static string Uri(string type, byte[] file) => $"data:{type};base64,{Convert.ToBase64String(file)}";
}
