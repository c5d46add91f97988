using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Datasets.Api;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using Xunit;

namespace UdaSeg.Api.Tests.Idempotency;

/// <summary>A server with keys that the tests of the class share, and an inspector of weights that finds no fault.</summary>
public sealed class TrustingServer : IDisposable
{
    internal ResourceHost Host { get; } = new ResourceHost { More = s => s.AddSingleton<IWeightsInspector>(new TrustingInspector()) }.WithKeys();

    public void Dispose() => Host.Dispose();

    private sealed class TrustingInspector : IWeightsInspector
    {
        public void Check(Stream weights, CheckpointArchitecture architecture, int classes)
        {
        }
    }
}

public sealed class KeyedRequestTests(TrustingServer server) : IClassFixture<TrustingServer>
{
    private const string Spaces = "/api/v1/label-spaces", Sets = "/api/v1/datasets", Checkpoints = "/api/v1/checkpoints";
    private const string Manifest = """{"name":"Set","domain":"source","labelSpace":"cityscapes19"}""";

    private static readonly string[] Creating =
    [
        "createLabelSpace", "createDataset", "alignDataset", "createTrainingRun", "resumeTrainingRun", "createEvaluation", "createStudy", "importCheckpoint",
    ];

    [Fact]
    public async Task Two_callers_with_the_same_key_do_not_meet()
    {
        HttpClient trainer = Client(TestKeys.Trainer), admin = Client(TestKeys.Admin);
        HttpResponseMessage one = await trainer.SendKeyedAsync(Spaces, Space("Caller one"), "shared");
        HttpResponseMessage two = await admin.SendKeyedAsync(Spaces, Space("Caller two"), "shared");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (one.StatusCode, two.StatusCode));
        Assert.Equal(["caller-one", "caller-two"], [(await one.JsonAsync()).Text("id"), (await two.JsonAsync()).Text("id")]);
        await KeyedRequests.SameAsync(one, await trainer.SendKeyedAsync(Spaces, Space("Caller one"), "shared"));
        await KeyedRequests.SameAsync(two, await admin.SendKeyedAsync(Spaces, Space("Caller two"), "shared"));
    }

    [Fact]
    public async Task Whoever_may_not_make_anything_is_not_told_what_was_made()
    {
        await Client(TestKeys.Trainer).SendKeyedAsync(Spaces, Space("Guarded"), "guarded");
        await Client(TestKeys.Viewer).SendKeyedAsync(Spaces, Space("Guarded"), "guarded").RefusedAsync(403, "forbidden");
        await Client("no key").SendKeyedAsync(Spaces, Space("Guarded"), "guarded").RefusedAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task An_uploaded_archive_makes_one_data_set_however_the_form_is_bounded_and_ordered()
    {
        HttpClient client = Client(TestKeys.Trainer);
        byte[] zip = ArchiveUploadTests.Set("");
        HttpResponseMessage first = await client.SendKeyedAsync(Sets, ResourceHost.Form(("manifest", Manifest), ("archive", zip)), "zip");
        JsonElement set = await KeyedRequests.SameAsync(first, await client.SendKeyedAsync(Sets, ResourceHost.Form(("manifest", Manifest), ("archive", zip)), "zip"));
        await KeyedRequests.SameAsync(first, await client.SendKeyedAsync(Sets, ResourceHost.Form(("archive", zip), ("manifest", Manifest)), "zip"));
        byte[] other = [.. zip[..^1], (byte)(zip[^1] ^ 1)];
        await client.SendKeyedAsync(Sets, ResourceHost.Form(("manifest", Manifest), ("archive", other)), "zip").RefusedAsync(422, "idempotency-key-reused");
        await client.SendKeyedAsync(Sets, ResourceHost.Form(("archive", Manifest), ("manifest", zip)), "zip").RefusedAsync(422, "idempotency-key-reused");
        await client.SendKeyedAsync(Sets, ResourceHost.Form(("manifest", Manifest)), "zip").RefusedAsync(422, "idempotency-key-reused");
        Assert.Equal([set.Id()], await ItemsAsync(client, Sets));
        Assert.Equal([set.Id().ToString()], Directory.GetFileSystemEntries(server.Host.Owned).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Imported_weights_larger_than_a_plain_body_make_one_checkpoint()
    {
        HttpClient client = Client(TestKeys.Trainer);
        byte[] weights = new byte[33 << 20];
        JsonObject described = JsonSerializer.SerializeToNode(Samples.Checkpoint().Manifest, CheckpointManifest.Json)!.AsObject();
        described.Remove("digest");
        string manifest = described.ToJsonString();
        HttpResponseMessage first = await client.SendKeyedAsync(Checkpoints, ResourceHost.Form(("manifest", manifest), ("weights", weights)), "import");
        Assert.True(first.StatusCode == HttpStatusCode.Created, await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        JsonElement made = await KeyedRequests.SameAsync(
            first, await client.SendKeyedAsync(Checkpoints, ResourceHost.Form(("manifest", manifest), ("weights", weights)), "import"));
        weights[^1] = 1;
        await client.SendKeyedAsync(Checkpoints, ResourceHost.Form(("manifest", manifest), ("weights", weights)), "import").RefusedAsync(422, "idempotency-key-reused");
        Assert.Equal([made.Id()], await ItemsAsync(client, Checkpoints));
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("a", "b")]
    [InlineData("schl\u00fcssel")]
    public async Task A_key_that_is_none_is_refused(params string[] keys) =>
        await Client(TestKeys.Trainer).SendKeyedAsync(Spaces, Space("No key"), keys).RefusedAsync(400, "invalid-idempotency-key");

    [Fact]
    public async Task A_key_has_at_most_255_characters()
    {
        HttpClient client = Client(TestKeys.Trainer);
        string key = string.Concat(Enumerable.Range(0, 255).Select(i => (char)('!' + (i % 94)))); // every character that may be in one
        Assert.Equal(HttpStatusCode.Created, (await client.SendKeyedAsync(Spaces, Space("Long key"), key)).StatusCode);
        await client.SendKeyedAsync(Spaces, Space("Longer key"), key + "!").RefusedAsync(400, "invalid-idempotency-key");
    }

    [Fact]
    public async Task Every_operation_that_creates_takes_a_key_and_says_so()
    {
        JsonElement document = await (await server.Host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json")).JsonAsync();
        JsonElement[] posts = [.. document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject())
            .Where(o => o.Name == "post").Select(o => o.Value)];
        Assert.Equal(Creating.Order(), posts.Where(o => Parameters(o).Contains("Idempotency-Key")).Select(o => o.Text("operationId")!).Order());

        // Whatever answers that something was made or is begun, but for the calls that end something.
        string[] making = [.. posts.Where(o => o.GetProperty("responses").EnumerateObject().Any(r => r.Name is "201" or "202")).Select(o => o.Text("operationId")!)];
        Assert.Equal(Creating.Order(), making.Where(id => !id.StartsWith("cancel", StringComparison.Ordinal)).Order());
    }

    private static IEnumerable<string?> Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out JsonElement all) ? all.EnumerateArray().Select(p => p.Text("name")) : [];

    private HttpClient Client(string key)
    {
        HttpClient client = server.Host.CreateClient();
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        return client;
    }

    private static async Task<Guid[]> ItemsAsync(HttpClient client, string path) =>
        [.. (await client.GetJsonAsync(path)).GetProperty("items").EnumerateArray().Select(i => i.Id())];

    private static object Space(string name) => new { name, classes = new[] { new { index = 0, name = "all", color = new[] { 16, 32, 48 } } } };
}
