using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using Xunit;

namespace UdaSeg.Api.Tests.Faults;

/// <summary>Small data, a small run, and a client that does not mind servers that come and go.</summary>
internal sealed class FaultBench : IDisposable
{
    private const int Width = 96, Height = 64;

    private readonly TempFolder _folder = new();

    public FaultBench()
    {
        SceneFolder.Write(Sub("sets/game"), SceneDomain.Game, 6, Width, Height, labels: true);
        SceneFolder.Write(Sub("sets/camera"), SceneDomain.Camera, 5, Width, Height, labels: false);
        SceneFolder.Write(Sub("sets/truth"), SceneDomain.Camera, 2, Width, Height, labels: true, seed: 5);
    }

    public string Folder => _folder.Path;

    /// <summary>Set once <see cref="PrepareAsync"/> has registered the data.</summary>
    public object Data { get; private set; } = new();

    private (string Space, string Source, string Target, string Truth) _ids;

    public string Sub(string name) => _folder.Sub(name);

    /// <summary>Of one host; a thread only, so that two trainers on one machine do not slow each other.</summary>
    public Dictionary<string, string> Settings(string dataRoot, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["UdaSeg:DataRoot"] = Sub(dataRoot),
            ["UdaSeg:DatasetRoots:0"] = Sub("sets"),
            ["UdaSeg:Threads"] = "1",
        };
        foreach ((string key, string value) in more) settings[key] = value;
        return settings;
    }

    public async Task PrepareAsync(HttpClient client)
    {
        string space = (await client.PostAsync("/api/v1/label-spaces", new { name = "streets", classes = DemoClasses.All }, HttpStatusCode.Created)).Text("id")!;
        _ids = (
            space,
            await RegisterAsync(client, new { name = "game", domain = "source", layout = "folder", path = "game", labelSpace = space }),
            await RegisterAsync(client, new { name = "camera", domain = "target", layout = "folder", path = "camera", labelSpace = space, labels = (string?)null }),
            await RegisterAsync(client, new { name = "truth", domain = "target", layout = "folder", path = "truth", labelSpace = space }));
    }

    /// <param name="client">Of a server that answers.</param>
    /// <param name="name">Of the run.</param>
    /// <param name="coarse">Iterations of stage 0.</param>
    /// <param name="stage">Iterations of stages 1 and 2.</param>
    public async Task<Guid> SubmitAsync(HttpClient client, string name, int coarse = 80, int stage = 24)
    {
        object options = new
        {
            seed = 7,
            stages = 2,
            coarseIterations = coarse,
            stageIterations = stage,
            checkpointEvery = 4,
            crop = new[] { 64, 48 },
            network = new { backbone = "mobilenet_v2", asppChannels = 8, decoderChannels = 8 }, // its state is a fifth of resnet18's
        };
        var body = new { name, source = _ids.Source, target = _ids.Target, evaluation = _ids.Truth, labelSpace = _ids.Space, preset = "tiny", options };
        return (await client.PostAsync("/api/v1/training-runs", body, HttpStatusCode.Accepted)).Id();
    }

    /// <summary>Asks until the run is as wanted; a server that does not answer is asked again.</summary>
    public static async Task<JsonElement> UntilAsync(Func<HttpClient> server, Guid run, Func<JsonElement, bool> wanted, TimeSpan? limit = null)
    {
        long start = TimeProvider.System.GetTimestamp();
        JsonElement last = default;
        while (TimeProvider.System.GetElapsedTime(start) < (limit ?? TimeSpan.FromMinutes(3)))
        {
            try
            {
                using HttpClient client = server();
                using HttpResponseMessage answer = await client.GetAsync($"/api/v1/training-runs/{run}", TestContext.Current.CancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    last = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                    if (wanted(last)) return last;
                    if (last.Text("status") == "failed") Assert.Fail($"The run failed: {last}");
                }
            }
            catch (Exception away) when (away is HttpRequestException or IOException)
            {
                // comes back
            }

            await Task.Delay(25, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"Waited in vain; last seen: {last}");
        return last;
    }

    public static bool Succeeded(JsonElement run) => run.Text("status") == "succeeded";

    public static bool Reached(JsonElement run, long iteration) => run.GetProperty("iteration").GetInt64() >= iteration || Succeeded(run);

    /// <returns>By stage: the digest of its model, and the mIoU that the run measured.</returns>
    public static async Task<IReadOnlyList<(string Digest, double Miou)>> ResultsAsync(HttpClient client, Guid run)
    {
        JsonElement ended = await client.GetJsonAsync($"/api/v1/training-runs/{run}");
        string[] models = [.. ended.GetProperty("checkpoints").EnumerateArray().Select(c => c.Text("id")!)];
        JsonElement evaluations = await client.GetJsonAsync("/api/v1/evaluations?limit=500");
        var results = new List<(string, double)>();
        foreach (string model in models)
        {
            string digest = (await client.GetJsonAsync($"/api/v1/checkpoints/{model}")).GetProperty("manifest").Text("digest")!;
            JsonElement evaluation = Assert.Single(evaluations.GetProperty("items").EnumerateArray(), e => e.Text("checkpoint") == model);
            results.Add((digest, evaluation.GetProperty("miou").GetDouble()));
        }

        return results;
    }

    /// <returns>The run's whole history, whose numbers must be 1, 2, 3…</returns>
    public static async Task<IReadOnlyList<(long Id, string Kind)>> EventsAsync(HttpClient client, Guid run)
    {
        string stream = await client.GetStringAsync($"/api/v1/training-runs/{run}/events");
        List<(long, string)> events = [.. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(Parse).Where(e => e.Id > 0)];
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Item1));
        return events;
    }

    private static (long Id, string Kind) Parse(string text)
    {
        string[] lines = text.Split('\n');
        string Value(string field) => lines.FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal))?[field.Length..] ?? "";
        return (long.TryParse(Value("id: "), out long id) ? id : 0, Value("event: "));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> RegisterAsync(HttpClient client, object set)
    {
        JsonElement made = await client.PostAsync("/api/v1/datasets", set, HttpStatusCode.Accepted);
        JsonElement ready = await Eventually.GetAsync(() => client.GetJsonAsync($"/api/v1/datasets/{made.Text("id")}"), d => d.Text("status") != "validating");
        Assert.Equal("ready", ready.Text("status"));
        return ready.Text("id")!;
    }
}
