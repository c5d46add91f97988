using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using Xunit;

namespace UdaSeg.Api.Tests.EndToEnd;

/// <summary>A model leaves one place by its manifest and weights, comes in again, and is then as good as any.</summary>
[Collection(nameof(TorchCollection))]
public sealed class ImportedCheckpointTests
{
    private const string Path = "/api/v1/checkpoints";

    [Fact]
    public async Task An_exported_model_comes_back_the_same_and_can_be_served_evaluated_and_started_from()
    {
        await using var api = new ApiFactory { RealChildren = true };
        HttpClient client = api.CreateClient();
        Checkpoint original = TinyNetwork.Publish(api, TinyNetwork.File(TinyNetwork.Tensors(8)));
        byte[] weights = await client.GetByteArrayAsync($"{Path}/{original.Id}/weights");
        string manifest = (await client.GetJsonAsync($"{Path}/{original.Id}")).GetProperty("manifest").GetRawText();
        using var form = new MultipartFormDataContent { { new StringContent(manifest), "manifest" }, { new ByteArrayContent(weights), "weights", "model.safetensors" } };
        using HttpResponseMessage answer = await client.PostAsync(Path, form);
        string imported = (await answer.JsonAsync(HttpStatusCode.Created)).Text("id")!;

        Assert.Equal(weights, await client.GetByteArrayAsync($"{Path}/{imported}/weights"));
        SceneFolder.Write(System.IO.Path.Combine(api.DatasetRoot, "truth"), SceneDomain.Camera, 2, 96, 64, labels: true);
        byte[] image = await File.ReadAllBytesAsync(System.IO.Path.Combine(api.DatasetRoot, "truth", "images", "000.png"));
        byte[] mask = await SegmentAsync(client, imported, image);
        Assert.Equal(await SegmentAsync(client, original.Id.ToString(), image), mask);

        string space = (await client.PostAsync("/api/v1/label-spaces", new { name = "streets", classes = DemoClasses.All }, HttpStatusCode.Created)).Text("id")!;
        string truth = await ReadyAsync(client, new { name = "truth", domain = "source", layout = "folder", path = "truth", labelSpace = space });
        Assert.Equal(await EvaluateAsync(client, original.Id.ToString(), truth), await EvaluateAsync(client, imported, truth));
        await StartFromAsync(client, imported, truth, space, weights);
    }

    /// <summary>Without iterations T0 is the import itself.</summary>
    private static async Task StartFromAsync(HttpClient client, string imported, string set, string space, byte[] weights)
    {
        object Body(int aspp) => new
        {
            name = "from there",
            source = set,
            target = set,
            labelSpace = space,
            preset = "tiny",
            options = new { stages = 0, coarseIterations = 0, network = new { backbone = "mobilenet_v2", asppChannels = aspp, decoderChannels = 8, pretrained = imported } },
        };
        JsonElement submitted = await client.PostAsync("/api/v1/training-runs", Body(8), HttpStatusCode.Accepted);
        string run = $"/api/v1/training-runs/{submitted.Text("id")}";
        JsonElement ended = await Eventually.GetAsync(() => client.GetJsonAsync(run), r => r.Text("status") is "succeeded" or "failed");
        Assert.Equal("succeeded", ended.Text("status"));
        string result = Assert.Single(ended.GetProperty("checkpoints").EnumerateArray()).Text("id")!;
        Assert.Equal(weights, await client.GetByteArrayAsync($"{Path}/{result}/weights"));
        JsonElement stage = await client.GetJsonAsync($"{run}/stages/0");
        Assert.Equal(("finished", 2), (stage.Text("state"), stage.GetProperty("quality").GetProperty("images").GetInt32()));
        using HttpResponseMessage refused = await client.PostAsync("/api/v1/training-runs", System.Net.Http.Json.JsonContent.Create(Body(16)));
        Assert.Equal("pretrained-mismatch", (await refused.JsonAsync(HttpStatusCode.UnprocessableEntity)).Text("code"));
    }

    private static async Task<byte[]> SegmentAsync(HttpClient client, string checkpoint, byte[] image)
    {
        using var body = new ByteArrayContent(image);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using HttpResponseMessage answer = await client.PostAsync($"/api/v1/segmentations?checkpoint={checkpoint}", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private static async Task<string> EvaluateAsync(HttpClient client, string checkpoint, string dataset)
    {
        JsonElement evaluation = await client.PostAsync("/api/v1/evaluations", new { checkpoint, dataset }, HttpStatusCode.Accepted);
        JsonElement done = await Eventually.GetAsync(
            () => client.GetJsonAsync($"/api/v1/evaluations/{evaluation.Text("id")}"), e => e.Text("status") is "succeeded" or "failed");
        Assert.Equal("succeeded", done.Text("status"));
        return done.GetProperty("confusion").GetRawText();
    }

    private static async Task<string> ReadyAsync(HttpClient client, object dataset)
    {
        JsonElement posted = await client.PostAsync("/api/v1/datasets", dataset, HttpStatusCode.Accepted);
        JsonElement ready = await Eventually.GetAsync(
            () => client.GetJsonAsync($"/api/v1/datasets/{posted.Text("id")}"), d => d.Text("status") != "validating");
        Assert.Equal("ready", ready.Text("status"));
        return ready.Text("id")!;
    }
}
