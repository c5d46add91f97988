using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Demo.Scenes;
using Xunit;

namespace UdaSeg.Api.Tests.EndToEnd;

/// <summary>A study as a client makes it: two arms, trained in processes of their own, and the table that comes of them.</summary>
[Collection(nameof(TorchCollection))]
public sealed class StudyTests
{
    [Fact]
    public async Task Two_arms_become_a_table_of_what_their_runs_measured()
    {
        await using var api = new ApiFactory { RealChildren = true };
        HttpClient client = api.CreateClient();
        SceneFolder.Write(Path.Combine(api.DatasetRoot, "game"), SceneDomain.Game, 4, 96, 64, labels: true);
        SceneFolder.Write(Path.Combine(api.DatasetRoot, "truth"), SceneDomain.Camera, 2, 96, 64, labels: true, seed: 5);
        string space = (await client.PostAsync("/api/v1/label-spaces", new { name = "streets", classes = DemoClasses.All }, HttpStatusCode.Created)).Text("id")!;
        string source = await ReadyAsync(client, "game", space), truth = await ReadyAsync(client, "truth", space);
        object network = new { asppChannels = 8, decoderChannels = 8 };
        object options = new { stages = 0, coarseIterations = 3, batchSize = 2, crop = new[] { 64, 48 }, quality = new { maxImages = 0 }, network };
        JsonElement study = await client.PostAsync("/api/v1/studies", new
        {
            name = "alignment",
            @base = new { source, target = truth, evaluation = truth, preset = "tiny", options },
            arms = new object[] { new { name = "hybrid" }, new { name = "none", options = new { alignment = new { scheme = "none" } } } },
            seeds = new[] { 1 },
        }, HttpStatusCode.Accepted);
        string self = study.GetProperty("links").Text("self")!;
        await Eventually.GetAsync(() => client.GetJsonAsync(self), s => s.GetProperty("runsEnded").GetInt32() > 0);
        JsonElement ended = await Eventually.GetAsync(() => client.GetJsonAsync(self), s => s.Text("status") is not ("queued" or "running"));
        Assert.Equal("succeeded", ended.Text("status"));
        Assert.Equal(space, ended.GetProperty("base").Text("labelSpace"));
        foreach (JsonElement arm in ended.GetProperty("arms").EnumerateArray())
        {
            JsonElement run = Assert.Single(arm.GetProperty("runs").EnumerateArray());
            JsonElement measured = await client.GetJsonAsync($"/api/v1/evaluations/{run.Text("evaluation")}");
            Assert.Equal(measured.GetProperty("miou").GetDouble(), arm.GetProperty("miou").GetProperty("mean").GetDouble());
            Assert.Equal((run.Text("run"), run.Text("checkpoint")), (measured.Text("run"), measured.Text("checkpoint")));
            Assert.Equal(DemoClasses.All.Select(c => c.Name), arm.GetProperty("perClass").EnumerateArray().Select(c => c.Text("name")));
        }

        string table = await client.GetStringAsync(ended.GetProperty("links").Text("markdown"));
        Assert.Equal(4, table.TrimEnd().Split('\n').Length);
    }

    private static async Task<string> ReadyAsync(HttpClient client, string name, string space)
    {
        JsonElement posted = await client.PostAsync(
            "/api/v1/datasets", new { name, domain = "source", layout = "folder", path = name, labelSpace = space }, HttpStatusCode.Accepted);
        JsonElement ready = await Eventually.GetAsync(
            () => client.GetJsonAsync($"/api/v1/datasets/{posted.Text("id")}"), d => d.Text("status") != "validating");
        Assert.Equal("ready", ready.Text("status"));
        return ready.Text("id")!;
    }
}
