using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using UdaSeg.Api.Datasets;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Studies;

/// <param name="Tag">Known before the picture is made: what it is made of.</param>
/// <param name="MediaType">Of the file.</param>
/// <param name="MakeAsync">The file.</param>
internal sealed record StudyPicture(string Tag, string MediaType, Func<CancellationToken, Task<byte[]>> MakeAsync);

/// <summary>A study's photographs, labels and predictions, no wider than asked for.</summary>
internal sealed class StudyPictures(
    StudyStore studies, StudyReading reading, StudyImages images, StudyPredictions predictions, DatasetImages files, IImageCodec codec)
{
    public const string Jpeg = "image/jpeg";
    public const string Png = "image/png";

    private const int Quality = 85;

    /// <summary>With what the list of the pictures tells.</summary>
    public async Task<(StudyAnswer Study, StudyImageSet Set)> ReadAsync(Guid id, CancellationToken cancel)
    {
        StudyAnswer study = await reading.ReadAsync(await studies.GetAsync(id, cancel), cancel);
        return (study, await images.ReadAsync(study.Base.Evaluation, cancel));
    }

    /// <exception cref="RuleViolationException"><c>study-not-found</c>, <c>study-image-not-found</c>, and those of <see cref="StudyImages.ReadAsync"/>.</exception>
    public async Task<StudyPicture> PhotoAsync(Guid id, int image, int? width, CancellationToken cancel)
    {
        (_, SampleRef sample, StudyImageSet set) = await FindAsync(id, image, cancel);
        return new StudyPicture(TagOf("photo", set, sample, width), Jpeg, stop => Task.Run(() => Photo(sample, width), stop));
    }

    /// <inheritdoc cref="PhotoAsync"/>
    public async Task<StudyPicture> TruthAsync(Guid id, int image, int? width, CancellationToken cancel)
    {
        (_, SampleRef sample, StudyImageSet set) = await FindAsync(id, image, cancel);
        return new StudyPicture(TagOf("truth", set, sample, width), Png, stop => Task.Run(() => Truth(sample, set.Space, width), stop));
    }

    /// <inheritdoc cref="PhotoAsync"/>
    /// <exception cref="RuleViolationException"><c>study-arm-not-found</c>, and those of <see cref="StudyPredictions.Require"/>.</exception>
    public async Task<StudyPicture> PredictionAsync(Guid id, int image, int arm, int? width, CancellationToken cancel)
    {
        (StudyAnswer study, SampleRef sample, StudyImageSet set) = await FindAsync(id, image, cancel);
        if (arm < 0 || arm >= study.Arms.Count)
        {
            throw new RuleViolationException(RuleKind.NotFound, "study-arm-not-found", $"The study has {study.Arms.Count} arms, counted from 0; there is no arm {arm}.");
        }

        StudyRunAnswer model = StudyPredictions.Require(study.Arms[arm]);
        return new StudyPicture(
            TagOf($"{model.Checkpoint}", set, sample, width), Png,
            async stop => Labels(PngLabelCodec.Read(await predictions.GetAsync(model, set, sample, stop)).ToMap(), set.Space, width));
    }

    public byte[] Photo(SampleRef sample, int? width)
    {
        RgbImage photo = files.Photo(sample);
        RgbImage shown = width is { } w && w < photo.Width ? ImageResizing.Resize(photo, w, HeightOf(photo.Width, photo.Height, w)) : photo;
        byte[] file = codec.Encode(shown, ImageFormat.Jpeg, Quality);
        if (!ReferenceEquals(shown, photo)) PixelPool.Return(shown.Pixels);
        PixelPool.Return(photo.Pixels);
        return file;
    }

    public static byte[] Truth(SampleRef sample, LabelSpace space, int? width) => Labels(DatasetImages.Truth(sample, space), space, width);

    /// <returns>An indexed PNG, whose palette is the label space's.</returns>
    public static byte[] Labels(LabelMap map, LabelSpace space, int? width) => PngLabelCodec.WriteIndexed(
        width is { } w && w < map.Width ? ImageResizing.ResizeNearest(map, w, HeightOf(map.Width, map.Height, w)) : map, space, CompressionLevel.Optimal);

    private static int HeightOf(int width, int height, int shown) => Math.Max(1, (int)Math.Round((double)height * shown / width));

    private async Task<(StudyAnswer Study, SampleRef Sample, StudyImageSet Set)> FindAsync(Guid id, int image, CancellationToken cancel)
    {
        (StudyAnswer study, StudyImageSet set) = await ReadAsync(id, cancel);
        return (study, set.Require(image), set);
    }

    /// <summary>Weak: another engine may say the same model's prediction in other bytes.</summary>
    private static string TagOf(string what, StudyImageSet set, SampleRef sample, int? width)
    {
        string files = $"{StudyPredictions.StampOf(sample.ImagePath)}|{StudyPredictions.StampOf(sample.LabelPath)}";
        byte[] made = Encoding.UTF8.GetBytes($"{what}|{set.Dataset.Id}|{set.Space.Id}|{sample.Name}|{files}|{width}");
        return $"W/\"{Convert.ToHexStringLower(SHA256.HashData(made).AsSpan(0, 16))}\"";
    }
}
