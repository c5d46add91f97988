using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

/// <summary>The pages of training runs at their work: a run is set up, followed, ended, resumed, branched and compared in the browser.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class RunsPageTests(BrowserWorld world)
{
    private const float Training = 300_000;

    [Fact]
    public async Task A_run_is_set_up_in_the_form_and_trains_under_those_options()
    {
        await using WatchedPage watched = await world.OpenAsync("/runs?new=1");
        IPage page = watched.Page;
        watched.Expect(422); // the estimate refuses the batch size below
        await page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^tiny") }).CheckAsync();
        await FillAsync(page, ("Name", "set up by hand"), ("seed", "7"), ("stages", "1"), ("coarseIterations", "6"), ("stageIterations", "4"), ("batchSize", "0"));
        await Expect(Option(page, "batchSize")).ToContainTextAsync("1 to 256 images.");
        await Expect(Option(page, "batchSize").Locator("input")).ToHaveAttributeAsync("aria-invalid", "true");
        await Option(page, "batchSize").GetByRole(AriaRole.Button, new() { Name = "Reset batchSize to 4" }).ClickAsync();
        await FillAsync(page, ("crop, width", "64"), ("crop, height", "48"));
        await page.GetByLabel("Find an option").FillAsync("channels");
        await Expect(page.Locator("[data-path]")).ToHaveCountAsync(await CountOptionsAsync("channels"));
        await FillAsync(page, ("asppChannels", "16"), ("decoderChannels", "16"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();
        await Expect(page.GetByText("Choose the data set to adapt to.")).ToBeVisibleAsync();
        await page.GetByLabel("game (source, 8 images, 8 labelled)").CheckAsync();
        await page.GetByLabel("Target: images to adapt to").SelectOptionAsync(world.Target);
        await page.GetByLabel("Evaluation").SelectOptionAsync(world.Truth);
        await page.GetByText("The request").ClickAsync();
        JsonElement asked = JsonElement.Parse(await page.GetByLabel("JSON of the request").InnerTextAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "set up by hand" })).ToBeVisibleAsync();

        string id = page.Url.Split('/')[^1];
        string[] sent = [.. asked.GetProperty("options").EnumerateObject().Select(o => o.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(["coarseIterations", "crop", "network", "seed", "stageIterations", "stages"], sent);
        await Expect(page.Locator("h1 + .status")).ToHaveTextAsync("succeeded", new() { Timeout = Training });
        JsonElement run = await world.Client.GetJsonAsync($"/api/v1/training-runs/{id}");
        JsonElement options = run.GetProperty("options");
        Assert.Equal((4, 7), (Int(options, "batchSize"), Int(options, "seed")));
        Assert.Equal((64, 16), (Int(options.GetProperty("crop"), "width"), Int(options.GetProperty("network"), "asppChannels")));
        double miou = (await EvaluationsOfAsync(id)).Single(e => e.Text("checkpoint") == run.GetProperty("checkpoints")[1].Text("id")).GetProperty("miou").GetDouble();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Checkpoints of the run" }).GetByRole(AriaRole.Row).Nth(2)).ToContainTextAsync(Percent(miou));
    }

    [Fact]
    public async Task A_method_is_chosen_by_its_sentence_and_the_defaults_follow_it()
    {
        JsonElement methods = (await world.Client.GetJsonAsync("/api/v1/training-presets")).GetProperty("methods");
        await using WatchedPage watched = await world.OpenAsync("/runs?new=1");
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^tiny") }).CheckAsync();
        foreach (JsonElement method in methods.EnumerateArray()) await Expect(page.GetByText(method.Text("meaning")!, new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^FDA") }).CheckAsync();
        ILocator stages = Option(page, "stages").Locator("input");
        await Expect(stages).ToHaveValueAsync("3");
        await stages.FillAsync("4");
        await page.GetByText("The request").ClickAsync();
        ILocator request = page.GetByLabel("JSON of the request");
        await Expect(request).ToContainTextAsync("\"method\": \"fda\"");
        JsonElement options = JsonElement.Parse(await request.InnerTextAsync()).GetProperty("options");
        Assert.Equal("""{"method":"fda","stages":4}""", JsonSerializer.Serialize(options));
        await page.GetByRole(AriaRole.Button, new() { Name = "Reset all" }).ClickAsync();
        await Expect(stages).ToHaveValueAsync("3"); // of the method, which stays
        await page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^Coarse to fine") }).CheckAsync();
        await Expect(stages).ToHaveValueAsync("2");
        await Expect(request).Not.ToContainTextAsync("options");
        await watched.AssertAccessibleAsync();
        await watched.ScreenshotAsync("page-new-run-method", fullPage: true);
    }

    [Fact]
    public async Task An_ended_run_shows_the_figures_of_its_stages_and_what_other_settings_would_keep()
    {
        string path = $"/api/v1/training-runs/{world.Run}/stages/1";
        JsonElement stage = await world.Client.GetJsonAsync(path);
        JsonElement other = (await world.Client.GetJsonAsync($"{path}?percent=60&maxThreshold=0.9")).GetProperty("whatIf");
        JsonElement last = (await world.Client.GetJsonAsync($"/api/v1/training-runs/{world.Run}/metrics")).GetProperty("points").EnumerateArray().Last();
        await using WatchedPage watched = await world.OpenAsync($"/runs/{world.Run}");
        IPage page = watched.Page;
        watched.Expect(404); // where no pseudo-labels are kept
        ILocator losses = page.Locator("figure", new() { HasText = "Loss terms over the iterations" });
        await Expect(losses.Locator("[data-ready]")).ToBeVisibleAsync();
        await watched.ScreenshotAsync("page-run");
        await losses.GetByText("Figures").ClickAsync();
        await Expect(losses.GetByRole(AriaRole.Row).Last).ToContainTextAsync($"total{last.GetProperty("iteration")}");

        await page.GetByRole(AriaRole.Tab, new() { NameRegex = new Regex("^Stages") }).ClickAsync();
        ILocator verdict = page.Locator("p", new() { HasText = "in the run," });
        await Expect(verdict).ToContainTextAsync($"Kept: {Percent(stage.GetProperty("keptShare").GetDouble())} in the run");
        await page.GetByLabel(new Regex("^p: most confident share")).FillAsync("60");
        await Expect(verdict).ToContainTextAsync($"{Percent(other.GetProperty("keptShare").GetDouble())} so");
        ILocator thresholds = page.Locator("figure", new() { HasText = "Threshold by class" });
        await thresholds.GetByText("Figures").ClickAsync();
        string[] cells = [Percent(stage.GetProperty("thresholds")[0].GetDouble()), Percent(other.GetProperty("thresholds")[0].GetDouble())];
        await Expect(thresholds.GetByRole(AriaRole.Row).Nth(1).GetByRole(AriaRole.Cell)).ToHaveTextAsync(cells);
        await watched.ScreenshotAsync("page-run-stage", fullPage: true);
    }

    [Fact]
    public async Task A_run_is_cancelled_after_a_checkpoint_resumed_and_followed_again()
    {
        string id = await world.SubmitAsync("long", Options(coarse: 5000));
        await using WatchedPage watched = await world.OpenAsync($"/runs/{id}?tab=history");
        IPage page = watched.Page;
        ILocator status = page.Locator("h1 + .status"), images = page.GetByText("Images per second");
        await Expect(images).ToBeVisibleAsync(new() { Timeout = Training }); // it comes with the stream's first progress
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Write a checkpoint, then stop" }).ClickAsync();
        await Expect(status).ToHaveTextAsync("cancelled", new() { Timeout = Training });
        JsonElement saved = (await world.Client.GetJsonAsync($"/api/v1/training-runs/{id}")).GetProperty("saved");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Resume from stage 0 · coarse, iteration {saved.GetProperty("iteration")}" }).ClickAsync();
        await Expect(status).ToHaveTextAsync("running", new() { Timeout = Training });
        JsonElement again = await Eventually.GetAsync(
            () => world.Client.GetJsonAsync($"/api/v1/training-runs/{id}"), r => r.Text("status") != "running" || Int(r, "iteration") > Int(saved, "iteration"),
            TimeSpan.FromMilliseconds(Training));
        Assert.True(again.Text("status") == "running", again.ToString());
        await Expect(images).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Stop now") }).ClickAsync();
        await Expect(status).ToHaveTextAsync("cancelled", new() { Timeout = Training });
        ILocator attempts = page.GetByRole(AriaRole.Region, new() { Name = "Starts of the run and their ends" }).GetByRole(AriaRole.Row);
        await Expect(attempts).ToHaveCountAsync(3);
        await Expect(attempts.Nth(1)).ToContainTextAsync($"0 to {saved.GetProperty("iteration")}");
        await Expect(page.GetByLabel("Log of the run").GetByText("running", new() { Exact = true })).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_branch_takes_over_the_coarse_stage_and_changes_one_option()
    {
        await using WatchedPage watched = await world.OpenAsync($"/runs/{world.Run}");
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Branch" }).ClickAsync();
        await page.GetByLabel("Train from").SelectOptionAsync("1");
        await page.GetByLabel("Find an option").FillAsync("pseudoLabels.percent");
        await FillAsync(page, ("percent", "40"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the branch" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "first light, from stage 1" })).ToBeVisibleAsync();
        string id = page.Url.Split('/')[^1];
        JsonElement run = await world.EndOfRunAsync(id);
        Assert.Equal((world.Run, 1), (run.GetProperty("parent").Text("run"), Int(run.GetProperty("parent"), "fromStage")));
        Assert.Equal(40, run.GetProperty("options").GetProperty("pseudoLabels").GetProperty("percent").GetDouble());
        await Expect(page.Locator("h1 + .status")).ToHaveTextAsync("succeeded");
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();
        ILocator differing = page.GetByRole(AriaRole.Region, new() { Name = "Options and data sets in which the runs differ" }).GetByRole(AriaRole.Row);
        await Expect(differing).ToHaveCountAsync(2);
        await Expect(differing.Nth(1)).ToHaveTextAsync("pseudoLabels.percent1040");
    }

    [Fact]
    public async Task Runs_are_filtered_ticked_and_laid_side_by_side()
    {
        string other = await world.SubmitAsync("never begun", BrowserWorld.LearnedOptions(seed: 8));
        await world.Client.PostAsync($"/api/v1/training-runs/{other}/cancel", new { mode = "now" }, HttpStatusCode.Accepted);
        await Eventually.GetAsync(() => world.Client.GetJsonAsync($"/api/v1/training-runs/{other}"), r => r.Text("status") == "cancelled");
        await using WatchedPage watched = await world.OpenAsync("/runs?status=cancelled");
        IPage page = watched.Page;
        ILocator mine = page.GetByRole(AriaRole.Link, new() { Name = "never begun" });
        ILocator first = page.GetByRole(AriaRole.Link, new() { Name = "first light", Exact = true });
        await Expect(mine).ToBeVisibleAsync();
        await Expect(first).ToHaveCountAsync(0);
        await page.GetByLabel("Compare never begun").CheckAsync();
        await page.GetByLabel("Status", new() { Exact = true }).SelectOptionAsync("");
        await page.GetByLabel("Name contains").FillAsync("first light");
        await Expect(mine).ToHaveCountAsync(0);
        await page.GetByLabel("Compare first light", new() { Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare 2 ticked" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{world.Root}/runs?compare={other},{world.Run}");
        ILocator differing = page.GetByRole(AriaRole.Region, new() { Name = "Options and data sets in which the runs differ" }).GetByRole(AriaRole.Row);
        await Expect(differing).ToHaveTextAsync(["Optionnever begunfirst light", "seed87"]);
        double miou = (await EvaluationsOfAsync(world.Run)).Single(e => e.Text("checkpoint") == world.Checkpoints[^1]).GetProperty("miou").GetDouble();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Compared runs" }).GetByRole(AriaRole.Row).Nth(2)).ToContainTextAsync(Percent(miou));
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task The_pages_of_runs_are_accessible_and_fit(int width, ColorScheme scheme)
    {
        string run = $"/runs/{world.Run}";
        string[] paths = ["/runs", "/runs?new=1", run, $"{run}?tab=stages", $"{run}?tab=plan", $"{run}?tab=history", $"{run}?branch=1", $"/runs?compare={world.Run}"];
        await using WatchedPage watched = await world.OpenAsync("/", width, scheme);
        watched.Expect(404);
        foreach (string path in paths)
        {
            await watched.Page.GotoAsync(path);
            await Expect(watched.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(1);
            await Expect(watched.Page.Locator(".card, main table").First).ToBeVisibleAsync();
            await Expect(watched.Page.Locator(".loading")).ToHaveCountAsync(0);
            await watched.AssertAccessibleAsync();
            await watched.AssertFitsAsync();
        }
    }

    private static object Options(int coarse) => new
    {
        stages = 1,
        coarseIterations = coarse,
        crop = new[] { 64, 48 },
        network = new { backbone = "resnet18", asppChannels = 16, decoderChannels = 16 },
    };

    private static ILocator Option(IPage page, string path) => page.Locator($"[data-path='{path}']");

    private static async Task FillAsync(IPage page, params (string Label, string Value)[] fields)
    {
        foreach ((string label, string value) in fields) await page.GetByLabel(new Regex($"^{label}")).FillAsync(value);
    }

    private async Task<IEnumerable<JsonElement>> EvaluationsOfAsync(string run) =>
        (await world.Client.GetJsonAsync("/api/v1/evaluations?limit=500")).GetProperty("items").EnumerateArray().Where(e => e.Text("run") == run);

    /// <summary>Options that speak of something in their path, meaning or values.</summary>
    private async Task<int> CountOptionsAsync(string word) =>
        (await world.Client.GetJsonAsync("/api/v1/training-presets")).GetProperty("options").EnumerateArray()
        .Count(o => $"{o.GetProperty("path")} {o.GetProperty("meaning")} {o.GetProperty("values")}".Contains(word, StringComparison.OrdinalIgnoreCase));

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    /// <summary>As the pages write a share.</summary>
    private static string Percent(double share) => (share * 100).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
