using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Demo.Scenes;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.EndToEnd;

/// <summary>The main job as a client does it: two folders, a run in a process of its own, its events, an evaluation, a served mask.</summary>
[Collection(nameof(TorchCollection))]
public sealed class FromFoldersToMaskTests
{
    private const int Width = 96, Height = 64;

    [Fact]
    public async Task Two_folders_become_a_served_mask()
    {
        await using var api = new ApiFactory { RealChildren = true };
        HttpClient client = api.CreateClient();
        SceneFolder.Write(Path.Combine(api.DatasetRoot, "game"), SceneDomain.Game, 8, Width, Height, labels: true);
        SceneFolder.Write(Path.Combine(api.DatasetRoot, "camera"), SceneDomain.Camera, 6, Width, Height, labels: false);
        SceneFolder.Write(Path.Combine(api.DatasetRoot, "truth"), SceneDomain.Camera, 3, Width, Height, labels: true, seed: 5);
        string space = (await client.PostAsync("/api/v1/label-spaces", new { name = "streets", classes = DemoClasses.All }, HttpStatusCode.Created)).Text("id")!;
        string source = await ReadyAsync(client, new { name = "game", domain = "source", layout = "folder", path = "game", labelSpace = space });
        string target = await ReadyAsync(client, new { name = "camera", domain = "target", layout = "folder", path = "camera", labelSpace = space, labels = (string?)null });
        string truth = await ReadyAsync(client, new { name = "truth", domain = "target", layout = "folder", path = "truth", labelSpace = space });

        object options = new { seed = 7, stages = 1, coarseIterations = 12, stageIterations = 4, crop = new[] { 64, 48 }, baseSize = new { target = new[] { 80, 56 } }, network = new { backbone = "resnet18", asppChannels = 8, decoderChannels = 8 } };
        JsonElement submitted = await client.PostAsync(
            "/api/v1/training-runs", new { name = "tiny", source, target, evaluation = truth, labelSpace = space, preset = "tiny", options }, HttpStatusCode.Accepted);
        string run = $"/api/v1/training-runs/{submitted.Text("id")}";
        JsonElement ended = await Eventually.GetAsync(() => client.GetJsonAsync(run), r => r.Text("status") is "succeeded" or "failed");
        Assert.Equal("succeeded", ended.Text("status"));
        Assert.Equal([0, 1], ended.GetProperty("checkpoints").EnumerateArray().Select(c => c.GetProperty("stage").GetInt32()));
        Assert.Equal(16, ended.GetProperty("iteration").GetInt64());
        string checkpoint = ended.GetProperty("checkpoints")[1].Text("id")!;

        await EventsTellTheWholeStoryAsync(client, run);
        JsonElement evaluations = await client.GetJsonAsync("/api/v1/evaluations");
        Assert.Contains(checkpoint, evaluations.GetProperty("items").EnumerateArray().Select(e => e.Text("checkpoint")));
        JsonElement inRun = evaluations.GetProperty("items").EnumerateArray().Single(e => e.Text("checkpoint") == checkpoint);
        JsonElement asked = await EvaluateAsync(client, checkpoint, truth);
        Assert.Equal(await MiouOfRunAsync(client, run), asked.GetProperty("miou").GetDouble(), 1e-9);
        foreach (JsonElement evaluation in new[] { inRun, asked }) await PicturesShowWhatWasMeasuredAsync(client, api.DatasetRoot, evaluation);
        await PseudoLabelsAddUpAsync(client, run);
        await MaskIsServedAsync(client, api.DatasetRoot, checkpoint);
    }

    private static async Task EventsTellTheWholeStoryAsync(HttpClient client, string run)
    {
        string events = await client.GetStringAsync($"{run}/events");
        foreach (string kind in new[] { "status", "progress", "metrics", "stage", "checkpoint", "evaluation" }) Assert.Contains($"event: {kind}\n", events, StringComparison.Ordinal);
        Assert.Contains("\"succeeded\"", events, StringComparison.Ordinal);
    }

    private static async Task<double> MiouOfRunAsync(HttpClient client, string run)
    {
        string events = await client.GetStringAsync($"{run}/events");
        string last = events.Split("\n\n").Last(e => e.Contains("event: evaluation", StringComparison.Ordinal));
        JsonElement data = JsonElement.Parse(last.Split('\n').Single(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..]);
        return data.GetProperty("miou").GetDouble();
    }

    private static async Task<JsonElement> EvaluateAsync(HttpClient client, string checkpoint, string dataset)
    {
        JsonElement evaluation = await client.PostAsync("/api/v1/evaluations", new { checkpoint, dataset }, HttpStatusCode.Accepted);
        JsonElement done = await Eventually.GetAsync(
            () => client.GetJsonAsync($"/api/v1/evaluations/{evaluation.Text("id")}"), e => e.Text("status") is "succeeded" or "failed");
        Assert.Equal("succeeded", done.Text("status"));
        Assert.Equal(3L * Width * Height, done.GetProperty("perClass").EnumerateArray().Sum(c => c.GetProperty("pixels").GetInt64()));
        return done;
    }

    /// <summary>All three images are among the worst: their predictions beside the labels make the confusion matrix.</summary>
    private static async Task PicturesShowWhatWasMeasuredAsync(HttpClient client, string root, JsonElement evaluation)
    {
        string path = $"/api/v1/evaluations/{evaluation.Text("id")}";
        int classes = DemoClasses.All.Count;
        long[][] counted = [.. Enumerable.Range(0, classes).Select(_ => new long[classes])];
        foreach (string name in evaluation.GetProperty("worst").EnumerateArray().Select(w => w.Text("sample")!))
        {
            ushort[] said = PngLabelCodec.Read(await client.GetByteArrayAsync($"{path}/samples/{name}/prediction")).Values;
            ushort[] truth = PngLabelCodec.Read(await File.ReadAllBytesAsync(Path.Combine(root, "truth", "labels", $"{name}.png"))).Values;
            foreach ((ushort row, ushort column) in truth.Zip(said)) counted[row][column]++;
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{path}/samples/{name}/error")).StatusCode);
        }

        IEnumerable<JsonElement> reported = evaluation.GetProperty("confusion").EnumerateArray().SelectMany(row => row.EnumerateArray());
        Assert.Equal(counted.SelectMany(row => row), reported.Select(v => v.GetInt64()));
        string report = await client.GetStringAsync($"{path}/report");
        Assert.Equal(12, report.Split("<img ").Length - 1); // image, truth, prediction and errors of each
    }

    private static async Task PseudoLabelsAddUpAsync(HttpClient client, string run)
    {
        string path = $"{run}/stages/1/pseudo-labels";
        JsonElement[] items = [.. (await client.GetJsonAsync(path)).GetProperty("items").EnumerateArray()];
        Assert.Equal(["000", "001", "002", "003", "004", "005"], items.Select(i => i.Text("sample")));
        double kept = (await client.GetJsonAsync($"{run}/stages/1")).GetProperty("keptShare").GetDouble();
        Assert.Equal(kept, items.Average(i => i.GetProperty("keptShare").GetDouble()), 2e-3); // the stage's is from histograms
        LabelFile labels = PngLabelCodec.Read(await client.GetByteArrayAsync($"{path}/003"));
        Assert.Equal((80, 56), (labels.Width, labels.Height));
        Assert.Equal(items[3].GetProperty("keptShare").GetDouble(), labels.Values.Count(v => v != 255) / (80.0 * 56), 1e-12);
    }

    private static async Task MaskIsServedAsync(HttpClient client, string root, string checkpoint)
    {
        byte[] image = await File.ReadAllBytesAsync(Path.Combine(root, "camera", "images", "000.png"));
        using var body = new ByteArrayContent(image);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using HttpResponseMessage answer = await client.PostAsync($"/api/v1/segmentations?checkpoint={checkpoint}", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        LabelFile mask = PngLabelCodec.Read(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal((Width, Height, LabelFileKind.Palette), (mask.Width, mask.Height, mask.Kind));
        Assert.All(mask.Values, value => Assert.InRange(value, 0, 8));
        Assert.Equal(DemoClasses.All.Select(c => (c.Color[0] << 16) | (c.Color[1] << 8) | c.Color[2]), mask.Palette.Take(DemoClasses.All.Count));
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
