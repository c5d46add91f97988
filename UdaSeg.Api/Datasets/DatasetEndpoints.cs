using UdaSeg.Api.Idempotency;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Datasets;

/// <summary>Registered data sets.</summary>
internal static class DatasetEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/datasets").WithTags("Data sets");
        group.MapPost("/", CreateDataset)
            .Needs(AccessRole.Trainer).WithName("createDataset").TakesIdempotencyKey()
            .Accepts<CreateDataset>("application/json", "multipart/form-data")
            .ReadsForm(
                new("archive", "A zip: files stored or deflated, not encrypted, no links.", File: true, Required: true),
                new("manifest", "JSON as of the plain registration; path is a folder in the archive and may be absent.", Required: true))
            .Produces<DatasetAnswer>(202)
            .Fails(400, 413, 415, 422);
        group.MapGet("/", ListDatasets).Needs(AccessRole.Viewer).WithName("listDatasets").Fails(400);
        group.MapGet("/{id}", GetDataset).Needs(AccessRole.Viewer).WithName("getDataset").Fails(404);
        group.MapGet("/{id}/style", GetStyle).Needs(AccessRole.Viewer).WithName("getDatasetStyle").Fails(404, 409, 422, 503);
        group.MapPost("/{id}/alignments", AlignDataset)
            .Needs(AccessRole.Trainer).WithName("alignDataset").TakesIdempotencyKey().Produces<DatasetAnswer>(202).Fails(400, 404, 409, 415, 422);
        group.MapDelete("/{id}", DeleteDataset).Needs(AccessRole.Trainer).WithName("deleteDataset").Produces(204).Fails(404, 409);
        SampleEndpoints.Map(group);
    }

    /// <summary>Registers a folder or an uploaded zip as a data set</summary>
    /// <remarks>
    /// The answer comes at once with status validating; every file is then looked at, and the data set becomes ready or invalid. Its report says what was
    /// found. A zip is checked entry by entry before it is unpacked into the service's own folder: unsafe names, links, encryption and sizes beyond the limits
    /// are refused. Without a path in the manifest, the folders of images and labels are looked for at the top of the archive, and else in its sole top folder;
    /// hidden files are left out.
    /// </remarks>
    private static async Task<IResult> CreateDataset(
        HttpRequest request, DatasetRegistration registration, ArchiveRegistration archives, DatasetStore datasets, IJobQueue jobs, CancellationToken cancel)
    {
        Dataset dataset;
        if (Requests.FormParts.IsForm(request))
        {
            dataset = await archives.RegisterAsync(request, cancel);
        }
        else
        {
            dataset = await registration.CreateAsync(await ReadJsonAsync(request, cancel), cancel);
            await datasets.AddAsync(dataset, cancel);
        }

        jobs.EnqueueValidation(dataset.Id);
        return TypedResults.Accepted($"/api/v1/datasets/{dataset.Id}", DatasetAnswer.Of(dataset));
    }

    private static async Task<CreateDataset> ReadJsonAsync(HttpRequest request, CancellationToken cancel) => request.HasJsonContentType()
        ? await request.ReadFromJsonAsync<CreateDataset>(cancel) ?? throw new System.Text.Json.JsonException("An object is needed.")
        : throw new RuleViolationException(
            RuleKind.Unsupported, "unsupported-media-type", "This operation reads application/json, or multipart/form-data with an archive.");

    /// <summary>Lists the data sets, newest first</summary>
    /// <param name="limit">1 to 500; 50 without it.</param>
    /// <param name="cursor">Of the page before.</param>
    private static async Task<Page<DatasetAnswer>> ListDatasets(DatasetStore datasets, CancellationToken cancel, int? limit = null, string? cursor = null)
    {
        Page<Dataset> page = await datasets.ListAsync(PageRequest.Of(limit, cursor), cancel);
        return new Page<DatasetAnswer>([.. page.Items.Select(DatasetAnswer.Of)], page.NextCursor);
    }

    /// <summary>A data set with its validation's report</summary>
    /// <param name="id">The data set's id.</param>
    private static async Task<DatasetAnswer> GetDataset(string id, DatasetSamples samples, CancellationToken cancel) =>
        DatasetAnswer.Of(await samples.GetAsync(id, cancel));

    /// <summary>The photometric style of a data set</summary>
    /// <remarks>Mean lightness and histograms of L*, a* and b* in 64 bins, over at most 50 images spread evenly over the data set.</remarks>
    /// <param name="id">The data set's id.</param>
    private static async Task<StyleAnswer> GetStyle(string id, DatasetSamples samples, DatasetImages images, Requests.WorkGates gates, CancellationToken cancel)
    {
        Dataset dataset = await samples.GetReadyAsync(id, cancel);
        using IDisposable pass = await gates.Alignments.EnterAsync(cancel);
        return await Task.Run(() => images.Style(dataset), CancellationToken.None);
    }

    /// <summary>Makes a new data set by aligning a whole one to another</summary>
    /// <remarks>
    /// Each image is aligned to one image of the target that the seed draws, and written as PNG; labels are copied as they are. The new data set is answered
    /// at once with status validating; its progress grows while the images are written, and its validation follows. Deleting it stops the work.
    /// </remarks>
    /// <param name="id">The data set whose images are aligned.</param>
    private static async Task<IResult> AlignDataset(
        string id, AlignDataset body, DatasetSamples samples, DatasetAlignments alignments, CancellationToken cancel)
    {
        Dataset dataset = await alignments.StartAsync(ReadyDatasets.Require(await samples.GetAsync(id, cancel)), body, cancel);
        return TypedResults.Accepted($"/api/v1/datasets/{dataset.Id}", DatasetAnswer.Of(dataset));
    }

    /// <summary>Forgets a data set</summary>
    /// <remarks>The files of a registered folder stay; those that were uploaded or made by the service go.</remarks>
    /// <param name="id">The data set's id.</param>
    private static async Task<IResult> DeleteDataset(string id, DatasetSamples samples, DatasetRemoval removal, CancellationToken cancel)
    {
        await removal.RemoveAsync(await samples.GetAsync(id, cancel), cancel);
        return TypedResults.NoContent();
    }
}
