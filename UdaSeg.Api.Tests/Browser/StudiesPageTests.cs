using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

[Collection(nameof(BrowserCollection))]
public sealed class StudiesPageTests(BrowserWorld world)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 120_000 };

    [Fact]
    public async Task A_study_of_own_arms_is_submitted_watched_and_read()
    {
        await using WatchedPage watched = await world.OpenAsync("/studies?new=1");
        IPage page = watched.Page;
        await FillBaseAsync(page, "does alignment help");
        await page.GetByLabel("Arms of my own").CheckAsync();
        await page.GetByLabel("Name of arm 1").FillAsync("aligned");
        await page.GetByLabel("Name of arm 2").FillAsync("as it is");
        await page.GetByLabel("Options of arm 2: add an option").SelectOptionAsync("alignment.scheme");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "alignment.scheme" }).SelectOptionAsync("none");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit 2 runs" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "does alignment help" })).ToBeVisibleAsync();
        await Expect(page.GetByText("2 of 2 runs ended")).ToBeVisibleAsync(Patient);

        JsonElement study = await world.Client.GetJsonAsync($"/api/v1{new Uri(page.Url).AbsolutePath}");
        ILocator table = page.GetByRole(AriaRole.Table, new() { Name = "mIoU by arm" });
        foreach (JsonElement arm in study.GetProperty("arms").EnumerateArray())
        {
            ILocator row = table.Locator("tr", new() { Has = page.GetByRole(AriaRole.Rowheader, new() { Name = arm.Text("name"), Exact = true }) });
            await Expect(row).ToContainTextAsync(Points(arm.GetProperty("miou").GetProperty("mean").GetDouble()));
            await Expect(row).ToContainTextAsync("1 of 1");
            JsonElement run = await world.Client.GetJsonAsync($"/api/v1/training-runs/{arm.GetProperty("runs")[0].Text("run")}");
            string scheme = run.GetProperty("options").GetProperty("alignment").Text("scheme")!;
            Assert.Equal(arm.Text("name") == "as it is" ? "none" : "hybrid", scheme);
        }

        await ReadTableAsync(page, study);
        await LookAtPredictionsAsync(watched, study);
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy Markdown" }).ClickAsync();
        await Expect(page.GetByText("Copied.")).ToBeVisibleAsync();
        string markdown = await world.Client.GetStringAsync($"/api/v1/studies/{study.Text("id")}/table.md");
        Assert.Equal(markdown, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await Expect(page.Locator("[data-ready=true]")).ToBeVisibleAsync();
        await watched.ScreenshotAsync("page-study", fullPage: true);
        await watched.AssertAccessibleAsync();
    }

    /// <summary>In the paper's form: what the interface answers, and in each column the best in bold.</summary>
    private static async Task ReadTableAsync(IPage page, JsonElement study)
    {
        JsonElement[] arms = [.. study.GetProperty("arms").EnumerateArray()];
        ILocator table = page.GetByRole(AriaRole.Table, new() { Name = "IoU in percent by arm and class" });
        string[] seen =
        [
            .. arms[0].GetProperty("perClass").EnumerateArray().Where(c => c.GetProperty("iou").ValueKind != JsonValueKind.Null).Select(c => c.Text("name")!),
        ];
        await Expect(table.GetByRole(AriaRole.Columnheader)).ToHaveTextAsync(["Arm", .. seen, "mIoU", "±", "n", "Seconds"]);
        double[] means = [.. arms.Select(a => a.GetProperty("miou").GetProperty("mean").GetDouble())];
        for (int i = 0; i < arms.Length; i++)
        {
            ILocator cells = table.GetByRole(AriaRole.Row).Nth(i + 1).GetByRole(AriaRole.Cell);
            ILocator miou = cells.Nth(seen.Length);
            await Expect(miou).ToContainTextAsync(Points(means[i]));
            await Expect(miou.Locator("strong")).ToHaveCountAsync(means[i] == means.Max() && means[0] != means[1] ? 1 : 0);
            await Expect(cells.Nth(seen.Length + 1)).ToHaveTextAsync("–"); // one seed
            double seconds = arms[i].GetProperty("seconds").GetProperty("mean").GetDouble();
            await Expect(cells.Last).ToHaveTextAsync(Math.Round(seconds, MidpointRounding.AwayFromZero).ToString("N0", CultureInfo.InvariantCulture));
        }
    }

    private async Task LookAtPredictionsAsync(WatchedPage watched, JsonElement study)
    {
        IPage page = watched.Page;
        JsonElement list = await world.Client.GetJsonAsync($"/api/v1/studies/{study.Text("id")}/predictions");
        ILocator grid = page.GetByRole(AriaRole.Table, new() { Name = "Sample predictions" });
        await grid.ScrollIntoViewIfNeededAsync();
        await Expect(grid.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(4);
        await Expect(grid.Locator("img")).ToHaveCountAsync(4 * list.GetProperty("images").GetArrayLength());
        await Expect(grid.Locator(".pending-image, .missing-image")).ToHaveCountAsync(0);
        await Expect(grid.GetByAltText("Prediction of as it is on 001")).ToBeVisibleAsync();
        await watched.ScreenshotAsync("page-study-predictions", fullPage: true);
        await grid.GetByRole(AriaRole.Button, new() { Name = "Prediction of aligned on 000, larger" }).ClickAsync();
        ILocator large = page.GetByRole(AriaRole.Dialog);
        await Expect(large.GetByRole(AriaRole.Img, new() { Name = "Prediction of aligned on 000" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(large.GetByRole(AriaRole.Img, new() { Name = "Prediction of as it is on 000" })).ToBeVisibleAsync();
        await Expect(large.GetByRole(AriaRole.Button, new() { Name = "Right →" })).ToBeDisabledAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(large.GetByRole(AriaRole.Img, new() { Name = "Prediction of as it is on 001" })).ToBeVisibleAsync();
        await watched.ScreenshotAsync("page-study-large");
        await large.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(large).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_refused_arm_is_told_at_its_option_and_nothing_is_lost()
    {
        await using WatchedPage watched = await world.OpenAsync("/studies?new=1");
        watched.Expect(422);
        IPage page = watched.Page;
        await FillBaseAsync(page, "too far apart");
        await page.GetByLabel("Arms of my own").CheckAsync();
        await page.GetByLabel("Name of arm 2").FillAsync("far");
        await page.GetByLabel("Options of arm 2: add an option").SelectOptionAsync("triplet.margin");
        ILocator margin = page.GetByRole(AriaRole.Textbox, new() { Name = "triplet.margin" });
        await Expect(margin).ToHaveValueAsync("0.2");
        await margin.FillAsync("7.5");
        await Expect(page.GetByText("As it stands this would be refused")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit 2 runs" }).ClickAsync();
        await Expect(margin).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(margin).ToHaveValueAsync("7.5");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("too far apart");
        JsonElement studies = await world.Client.GetJsonAsync("/api/v1/studies?limit=500");
        Assert.DoesNotContain("too far apart", studies.GetProperty("items").EnumerateArray().Select(s => s.Text("name")));
    }

    [Fact]
    public async Task Templates_show_what_each_arm_means_and_what_all_will_take()
    {
        JsonElement templates = await world.Client.GetJsonAsync("/api/v1/study-templates");
        await using WatchedPage watched = await world.OpenAsync("/studies?new=1");
        IPage page = watched.Page;
        foreach (JsonElement template in templates.GetProperty("items").EnumerateArray())
        {
            await page.GetByLabel(template.Text("title")!).CheckAsync();
            foreach (JsonElement arm in template.GetProperty("arms").EnumerateArray())
            {
                await Expect(page.GetByRole(AriaRole.Heading, new() { Name = arm.Text("name"), Exact = true })).ToBeVisibleAsync();
                await Expect(page.GetByText(arm.Text("meaning")!, new() { Exact = true })).ToBeVisibleAsync();
            }

            int runs = 3 * template.GetProperty("arms").GetArrayLength(); // seeds 1, 2 and 3 stand there
            await Expect(page.GetByText($"{runs} runs", new() { Exact = true })).ToBeVisibleAsync();
        }

        await Expect(page.GetByText("Most memory of a run")).ToBeVisibleAsync();
        await watched.ScreenshotAsync("page-new-study", fullPage: true);
    }

    [Fact]
    public async Task A_study_is_cancelled_after_asking()
    {
        string id = await SubmitAsync("never mind");
        await using WatchedPage watched = await world.OpenAsync($"/studies/{id}");
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel study" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it running" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel study" }).ClickAsync();
        await page.GetByLabel("At once").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel the study" }).ClickAsync();
        await Expect(page.GetByText("2 of 2 runs ended; 2 failed or cancelled, in no figure")).ToBeVisibleAsync(Patient);
        Assert.Equal("cancelled", (await world.Client.GetJsonAsync($"/api/v1/studies/{id}")).Text("status"));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel study" })).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("/studies", 1280, ColorScheme.Light)]
    [InlineData("/studies", 390, ColorScheme.Dark)]
    [InlineData("/studies?new=1", 1280, ColorScheme.Dark)]
    [InlineData("/studies?new=1", 390, ColorScheme.Light)]
    public async Task The_studies_are_accessible_and_fit(string path, int width, ColorScheme scheme)
    {
        await using WatchedPage watched = await world.OpenAsync(path, width, scheme);
        string settled = path == "/studies" ? "New study" : "Most memory of a run";
        await Expect(watched.Page.GetByText(settled).Filter(new() { Visible = true }).First).ToBeVisibleAsync();
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
    }

    private async Task FillBaseAsync(IPage page, string name)
    {
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Seeds").FillAsync("7");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "game" }).CheckAsync();
        await page.GetByLabel("Target", new() { Exact = true }).SelectOptionAsync(world.Target);
        await page.GetByLabel("Evaluation", new() { Exact = true }).SelectOptionAsync(world.Truth);
        await page.GetByLabel("Preset").SelectOptionAsync("tiny");
        await page.GetByRole(AriaRole.Group, new() { Name = "Base options" }).GetByText("As JSON", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Base options as JSON").FillAsync(JsonSerializer.Serialize(BrowserWorld.TinyOptions()));
    }

    private async Task<string> SubmitAsync(string name) => (await world.Client.PostAsync(
        "/api/v1/studies",
        new
        {
            name,
            @base = new { source = world.Source, target = world.Target, evaluation = world.Truth, labelSpace = world.Space, preset = "tiny" },
            arms = new object[] { new { name = "one" }, new { name = "other", options = new { alignment = new { scheme = "none" } } } },
            seeds = new[] { 1 },
        },
        HttpStatusCode.Accepted)).Text("id")!;

    private static string Points(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
}
