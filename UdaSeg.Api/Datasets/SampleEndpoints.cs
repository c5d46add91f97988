using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Datasets;

/// <summary>A data set's samples: the list, and each one's image, label and overlay.</summary>
internal static class SampleEndpoints
{
    public static void Map(RouteGroupBuilder datasets)
    {
        datasets.MapGet("/{id}/samples", ListSamples).Needs(AccessRole.Viewer).WithName("listSamples").Fails(400, 404, 422);
        datasets.MapGet("/{id}/samples/{name}/image", GetImage)
            .Needs(AccessRole.Viewer).WithName("getSampleImage")
            .AnswersBytes("The file as it is.", OperationNotes.ImageTypes)
            .Fails(404, 422);
        datasets.MapGet("/{id}/samples/{name}/label", GetLabel)
            .Needs(AccessRole.Viewer).WithName("getSampleLabel")
            .AnswersBytes("Indexed PNG: a pixel is a class's index.", ["image/png"])
            .Fails(404, 422);
        datasets.MapGet("/{id}/samples/{name}/overlay", GetOverlay)
            .Needs(AccessRole.Viewer).WithName("getSampleOverlay")
            .AnswersBytes("PNG: the classes' colours over the image.", ["image/png"])
            .Fails(404, 422);

        // The same for names with sub-folders whose slashes the client did not escape.
        datasets.MapGet("/{id}/samples/{**path}", GetByPath).Needs(AccessRole.Viewer).ExcludeFromDescription();
    }

    /// <summary>Lists a data set's samples by name</summary>
    /// <param name="id">The data set's id.</param>
    /// <param name="limit">1 to 500; 50 without it.</param>
    /// <param name="cursor">Of the page before.</param>
    private static async Task<Page<SampleAnswer>> ListSamples(
        string id, DatasetSamples samples, DatasetImages images, CancellationToken cancel, int? limit = null, string? cursor = null)
    {
        PageRequest page = PageRequest.Of(limit, cursor);
        Dataset dataset = await samples.GetHereAsync(id, cancel);
        int start = PositionCursor.Read(page.Cursor);
        return await Task.Run(() =>
        {
            IReadOnlyList<SampleRef> all = samples.List(dataset);
            SampleAnswer[] items = [.. all.Skip(start).Take(page.Limit).Select(s => Describe(s, images))];
            return new Page<SampleAnswer>(items, PositionCursor.After(start + items.Length, all.Count));
        }, cancel);
    }

    /// <summary>A sample's image, as it is stored</summary>
    /// <param name="id">The data set's id.</param>
    /// <param name="name">The sample's name; slashes may be escaped or not.</param>
    private static async Task<IResult> GetImage(string id, string name, DatasetSamples samples, DatasetImages images, CancellationToken cancel)
    {
        SampleRef sample = await FindAsync(id, name, samples, cancel);
        if (!File.Exists(sample.ImagePath)) throw DatasetImages.Unreadable(sample); // gone since it was listed
        string type = images.Header(sample.ImagePath)?.Format switch
        {
            ImageFormat.Png => "image/png",
            ImageFormat.Jpeg => "image/jpeg",
            ImageFormat.Webp => "image/webp",
            _ => "application/octet-stream",
        };
        return TypedResults.PhysicalFile(sample.ImagePath, type, enableRangeProcessing: true);
    }

    /// <summary>A sample's label in the data set's label space</summary>
    /// <param name="id">The data set's id.</param>
    /// <param name="name">The sample's name; slashes may be escaped or not.</param>
    private static Task<IResult> GetLabel(
        string id, string name, DatasetSamples samples, DatasetImages images, LabelSpaceStore spaces, CancellationToken cancel) =>
        DrawAsync(id, name, images.Label, samples, spaces, cancel);

    /// <summary>A sample's image with its label's colours over it</summary>
    /// <param name="id">The data set's id.</param>
    /// <param name="name">The sample's name; slashes may be escaped or not.</param>
    private static Task<IResult> GetOverlay(
        string id, string name, DatasetSamples samples, DatasetImages images, LabelSpaceStore spaces, CancellationToken cancel) =>
        DrawAsync(id, name, images.Overlay, samples, spaces, cancel);

    private static Task<IResult> GetByPath(
        string id, string path, DatasetSamples samples, DatasetImages images, LabelSpaceStore spaces, CancellationToken cancel)
    {
        int slash = path.LastIndexOf('/');
        (string name, string what) = (path[..Math.Max(slash, 0)], path[(slash + 1)..]);
        return what switch
        {
            "image" => GetImage(id, name, samples, images, cancel),
            "label" => GetLabel(id, name, samples, images, spaces, cancel),
            "overlay" => GetOverlay(id, name, samples, images, spaces, cancel),
            _ => throw new RuleViolationException(RuleKind.NotFound, "no-such-route", "A sample has image, label and overlay."),
        };
    }

    private static async Task<IResult> DrawAsync(
        string id, string name, Func<SampleRef, LabelSpace, byte[]> draw, DatasetSamples samples, LabelSpaceStore spaces, CancellationToken cancel)
    {
        Dataset dataset = await samples.GetAsync(id, cancel);
        SampleRef sample = await FindAsync(id, name, samples, cancel);
        LabelSpace space = await spaces.GetAsync(dataset.LabelSpace, cancel);
        return TypedResults.Bytes(await Task.Run(() => draw(sample, space), cancel), "image/png");
    }

    private static async Task<SampleRef> FindAsync(string id, string name, DatasetSamples samples, CancellationToken cancel) =>
        samples.Find(await samples.GetHereAsync(id, cancel), SampleName.Of(name));

    private static SampleAnswer Describe(SampleRef sample, DatasetImages images)
    {
        ImageHeader? header = images.Header(sample.ImagePath);
        return new SampleAnswer(sample.Name, header?.Width, header?.Height, sample.LabelPath is not null);
    }
}
