using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using Xunit;

namespace UdaSeg.Api.Tests.Browser;

/// <summary>
/// A real server on a port of its own with real children, three data sets of rendered streets, one tiny run that has ended, the alias <c>default</c> on its
/// last checkpoint, and a Chromium to look at it.
/// </summary>
public sealed class BrowserWorld : IAsyncLifetime
{
    public const int Width = 128, Height = 96;

    // A trainer shares the processors with whatever else the machine does; this only keeps a hung one from hanging the tests.
    private static readonly TimeSpan Training = TimeSpan.FromMinutes(5);

    private ApiFactory? _api;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal ApiFactory Api => _api!;

    /// <summary>Talks to the same server as the pages do.</summary>
    public HttpClient Client { get; private set; } = null!;

    public string Root { get; private set; } = "";

    public string Space { get; private set; } = "";

    /// <summary>8 labelled source images, named <c>game</c>.</summary>
    public string Source { get; private set; } = "";

    /// <summary>6 target images without labels, named <c>camera</c>.</summary>
    public string Target { get; private set; } = "";

    /// <summary>3 labelled target images, named <c>truth</c>.</summary>
    public string Truth { get; private set; } = "";

    /// <summary>A run that has succeeded: a coarse stage and one of self-training, evaluated on <see cref="Truth"/>.</summary>
    public string Run { get; private set; } = "";

    /// <summary>The run's checkpoints: after the coarse stage, and the last.</summary>
    public IReadOnlyList<string> Checkpoints { get; private set; } = [];

    /// <summary>What a tiny run is submitted with; takes some seconds.</summary>
    public static object TinyOptions(int seed = 7, int coarse = 12, double rate = 0.01) => new
    {
        seed,
        stages = 1,
        coarseIterations = coarse,
        stageIterations = 6,
        crop = new[] { 64, 48 },
        baseSize = new { target = new[] { 80, 56 } },
        network = new { backbone = "resnet18", asppChannels = 16, decoderChannels = 16 },
        optimizer = new { coarseLearningRate = rate, stageLearningRate = 0.005 },
    };

    /// <summary>What <see cref="Run"/> was submitted with: it tells road, building and sky apart.</summary>
    public static object LearnedOptions(int seed = 7) => TinyOptions(seed, coarse: 150, rate: 0.05);

    /// <summary>A file of a data set's folder, to be dropped on a page.</summary>
    public string ImageFile(string set, int index) => Path.Combine(Api.DatasetRoot, set, "images", $"{index:D3}.png");

    public async ValueTask InitializeAsync()
    {
        _api = new ApiFactory { RealChildren = true };
        _api.UseKestrel(0);
        _api.StartServer();
        Client = _api.CreateClient();
        Root = Client.BaseAddress!.ToString().TrimEnd('/');
        SceneFolder.Write(Path.Combine(_api.DatasetRoot, "game"), SceneDomain.Game, 8, Width, Height, labels: true);
        SceneFolder.Write(Path.Combine(_api.DatasetRoot, "camera"), SceneDomain.Camera, 6, Width, Height, labels: false);
        SceneFolder.Write(Path.Combine(_api.DatasetRoot, "truth"), SceneDomain.Camera, 3, Width, Height, labels: true, seed: 5);
        Space = (await Client.PostAsync("/api/v1/label-spaces", new { name = "streets", classes = DemoClasses.All }, HttpStatusCode.Created)).Text("id")!;
        Source = await RegisterAsync("game", "source", labelled: true);
        Target = await RegisterAsync("camera", "target", labelled: false);
        Truth = await RegisterAsync("truth", "target", labelled: true);
        JsonElement run = await EndOfRunAsync(await SubmitAsync("first light", LearnedOptions()));
        Run = run.Text("id")!;
        Checkpoints = [.. run.GetProperty("checkpoints").EnumerateArray().Select(c => c.Text("id")!)];
        using HttpResponseMessage named = await Client.PutAsJsonAsync("/api/v1/checkpoint-aliases/default", new { checkpoint = Checkpoints[^1] });
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(Chromium.Options);
        Assertions.SetDefaultExpectTimeout(30_000);
    }

    /// <summary>Submits a tiny run over HTTP and returns its id.</summary>
    public async Task<string> SubmitAsync(string name, object? options = null) => (await Client.PostAsync(
        "/api/v1/training-runs",
        new { name, source = Source, target = Target, evaluation = Truth, labelSpace = Space, preset = "tiny", options = options ?? TinyOptions() },
        HttpStatusCode.Accepted)).Text("id")!;

    /// <summary>Waits until a run has succeeded, and returns it.</summary>
    public async Task<JsonElement> EndOfRunAsync(string id)
    {
        JsonElement run = await Eventually.GetAsync(
            () => Client.GetJsonAsync($"/api/v1/training-runs/{id}"), r => r.Text("status") is "succeeded" or "failed" or "cancelled", Training);
        Assert.True(run.Text("status") == "succeeded", run.ToString());
        return run;
    }

    /// <summary>A page in a browser profile of its own. Disposing it fails the test if the page logged an error or asked another server for anything.</summary>
    public async Task<WatchedPage> OpenAsync(string path, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Root,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        var page = new WatchedPage(await context.NewPageAsync(), Root);
        await page.Page.GotoAsync(path);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        Client?.Dispose();
        if (_api is not null) await _api.DisposeAsync();
    }

    private async Task<string> RegisterAsync(string name, string domain, bool labelled)
    {
        object body = new { name, domain, layout = "folder", path = name, labelSpace = Space, labels = labelled ? "labels" : null };
        JsonElement posted = await Client.PostAsync("/api/v1/datasets", body, HttpStatusCode.Accepted);
        JsonElement ready = await Eventually.GetAsync(() => Client.GetJsonAsync($"/api/v1/datasets/{posted.Text("id")}"), d => d.Text("status") != "validating");
        Assert.Equal("ready", ready.Text("status"));
        return ready.Text("id")!;
    }
}
