using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using UdaSeg.Api.Tests.Datasets;
using UdaSeg.Api.Tests.Faults;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

/// <summary>Data sets whose files belong to the service, where the API and each worker have a data root of their own.</summary>
[Collection(PostgresCollection.Name)]
public sealed class TravellingSetTests(PostgresCluster cluster, LoopbackS3 s3) : IClassFixture<LoopbackS3>, IDisposable
{
    private readonly FaultBench _bench = new();
    private readonly string _database = cluster.NewDatabase();
    private readonly S3Settings _bucket = s3.NewBucket();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task An_upload_is_validated_aligned_shown_and_trained_on_wherever_it_is_needed()
    {
        await using ServerProcess api = Server("api", "api"), first = Server("first", "worker"), second = Server("second", "worker");
        await Task.WhenAll(api.StartAsync(), first.StartAsync());
        using HttpClient client = api.Client;
        await _bench.PrepareAsync(client);
        JsonElement sets = await client.GetJsonAsync("/api/v1/datasets");
        JsonElement camera = sets.GetProperty("items").EnumerateArray().Single(d => d.Text("name") == "camera");

        JsonElement uploaded = await ReadyAsync(client, await UploadAsync(client, camera.Text("labelSpace")!)); // from the API to the worker
        Assert.Equal(6, uploaded.GetProperty("labelled").GetInt32());
        object how = new { name = "aligned", target = camera.Id(), scheme = "hybrid", seed = 3 };
        JsonElement aligned = await ReadyAsync(
            client, await client.PostAsync($"/api/v1/datasets/{uploaded.Id()}/alignments", how, HttpStatusCode.Accepted));
        Assert.False(Directory.Exists(FolderOf("api", aligned)));
        byte[] image = await client.GetByteArrayAsync($"/api/v1/datasets/{aligned.Id()}/samples/003/image", TestContext.Current.CancellationToken); // and back
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(FolderOf("first", aligned), "images", "003.png"), TestContext.Current.CancellationToken), image);
        Assert.NotEqual(await File.ReadAllBytesAsync(_bench.Sub("sets/game/images/003.png"), TestContext.Current.CancellationToken), image);

        Assert.Equal(0, await first.StopAsync());
        await second.StartAsync();
        Guid run = await SubmitAsync(client, aligned, camera); // whose trainer is the first on its host to need them
        await FaultBench.UntilAsync(() => api.Client, run, FaultBench.Succeeded);
        Assert.True(Directory.Exists(FolderOf("second", aligned)));
        Assert.False(Directory.Exists(FolderOf("second", uploaded)));

        using HttpResponseMessage deleted = await client.DeleteAsync($"/api/v1/datasets/{aligned.Id()}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.False(File.Exists(s3.FileOf(_bucket, $"datasets/{aligned.Id()}/files.zip")));
        Assert.True(File.Exists(s3.FileOf(_bucket, $"datasets/{uploaded.Id()}/files.zip")));
        Assert.Equal(0, await second.StopAsync());
        await second.StartAsync();
        await Eventually.Get(() => Directory.Exists(FolderOf("second", aligned)), there => !there);
        Assert.True(Directory.Exists(FolderOf("api", uploaded)));
    }

    private async Task<JsonElement> UploadAsync(HttpClient client, string space)
    {
        string game = _bench.Sub("sets/game");
        byte[] zip = HandmadeZip.Of([.. Directory.GetFiles(game, "*.png", SearchOption.AllDirectories)
            .Select(f => new ZipPart(Path.GetRelativePath(game, f), File.ReadAllBytes(f)) { Deflate = true })]);
        using var form = new MultipartFormDataContent();
        using var archive = new ByteArrayContent(zip);
        archive.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        form.Add(archive, "archive", "game.zip");
        form.Add(new StringContent($$"""{"name":"uploaded","domain":"source","labelSpace":"{{space}}"}"""), "manifest");
        using HttpResponseMessage answer = await client.PostAsync("/api/v1/datasets", form, TestContext.Current.CancellationToken);
        return await answer.JsonAsync(HttpStatusCode.Accepted);
    }

    private static async Task<Guid> SubmitAsync(HttpClient client, JsonElement source, JsonElement target)
    {
        object options = new
        {
            seed = 7,
            stages = 1,
            coarseIterations = 4,
            stageIterations = 2,
            crop = new[] { 64, 48 },
            network = new { backbone = "mobilenet_v2", asppChannels = 8, decoderChannels = 8 },
        };
        var body = new { name = "fetched", source = source.Id(), target = target.Id(), labelSpace = source.Text("labelSpace"), preset = "tiny", options };
        return (await client.PostAsync("/api/v1/training-runs", body, HttpStatusCode.Accepted)).Id();
    }

    private static async Task<JsonElement> ReadyAsync(HttpClient client, JsonElement made)
    {
        JsonElement seen = await Eventually.GetAsync(() => client.GetJsonAsync($"/api/v1/datasets/{made.Id()}"), d => d.Text("status") != "validating");
        Assert.True(seen.Text("status") == "ready", seen.GetRawText());
        return seen;
    }

    private string FolderOf(string host, JsonElement dataset) => _bench.Sub($"{host}/datasets/{dataset.Id()}");

    private ServerProcess Server(string name, string role) => new(name, _bench.Folder, _bench.Settings(
        name,
        ("UdaSeg:Database", _database),
        ("UdaSeg:Artifacts:S3:Endpoint", _bucket.Endpoint),
        ("UdaSeg:Artifacts:S3:Bucket", _bucket.Bucket),
        ("UdaSeg:Artifacts:S3:AccessKey", _bucket.AccessKey),
        ("UdaSeg:Artifacts:S3:SecretKey", _bucket.SecretKey)), role);
}
