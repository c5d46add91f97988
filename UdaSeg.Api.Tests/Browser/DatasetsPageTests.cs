using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

[Collection(nameof(BrowserCollection))]
public sealed class DatasetsPageTests(BrowserWorld world)
{
    [Fact]
    public async Task A_refused_folder_keeps_what_was_typed_and_the_right_one_is_checked_and_shown()
    {
        await using WatchedPage watched = await world.OpenAsync("/datasets");
        watched.Expect(422);
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Register a folder" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("by path");
        await page.Locator("form").GetByLabel("Domain").SelectOptionAsync("source");
        await page.GetByLabel("Label space").SelectOptionAsync(world.Space);
        await page.GetByLabel("Path").FillAsync("nowhere");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register and check" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("dataset-path-not-found");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("by path");
        await page.GetByLabel("Path").FillAsync("game");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register and check" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "by path" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Open ") })).ToHaveCountAsync(8);
        await page.GetByRole(AriaRole.Tab, new() { Name = "Report" }).ClickAsync();
        await page.GetByText("Figures").ClickAsync();
        ILocator road = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "road" });
        byte[] truth = [.. Enumerable.Range(0, 8).SelectMany(i => Labels(SceneDomain.Game, i, seed: 3))];
        await Expect(road).ToContainTextAsync(Percent(truth.Count(c => c == DemoClasses.Road) / (double)truth.Length));
        await DeleteHereAsync(page);
    }

    [Fact]
    public async Task A_zip_is_sent_with_a_mapping_and_what_the_mapping_leaves_out_is_reported()
    {
        using var folder = new TempFolder();
        SceneFolder.Write(Path.Combine(folder.Path, "streets"), SceneDomain.Camera, 2, BrowserWorld.Width, BrowserWorld.Height, labels: true, seed: 9);
        string zip = Path.Combine(folder.Path, "streets.zip");
        ZipFile.CreateFromDirectory(Path.Combine(folder.Path, "streets"), zip);
        await using WatchedPage watched = await world.OpenAsync("/datasets?new=zip");
        IPage page = watched.Page;
        await page.GetByLabel("Zip archive").SetInputFilesAsync(zip);
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("streets");
        await page.Locator("form").GetByLabel("Domain").SelectOptionAsync("target");
        await page.GetByLabel("Label space").SelectOptionAsync(world.Space);
        await page.GetByLabel("Label files hold").SelectOptionAsync("palette");
        await page.GetByRole(AriaRole.Button, new() { Name = "Fill in the classes' indices" }).ClickAsync();
        await page.GetByLabel("sky", new() { Exact = true }).FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload and check" }).ClickAsync();

        await page.GetByRole(AriaRole.Tab, new() { Name = "Report" }).ClickAsync();
        int sky = Enumerable.Range(0, 2).Sum(i => Labels(SceneDomain.Camera, i, seed: 9).Count(c => c == DemoClasses.Sky));
        ILocator unknown = page.GetByRole(AriaRole.Region, new() { Name = "Unknown label values" }).Locator("tbody tr");
        await Expect(unknown).ToHaveCountAsync(1);
        await Expect(unknown).ToHaveTextAsync($"{DemoClasses.Sky}{sky.ToString("N0", CultureInfo.InvariantCulture)}");
        await DeleteHereAsync(page);
    }

    [Fact]
    public async Task The_sample_browser_opens_a_picture_turns_by_keys_and_tells_its_classes()
    {
        await using WatchedPage watched = await world.OpenAsync($"/datasets/{world.Truth}");
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Labels" }).ClickAsync();
        await Expect(page.Locator(".datasets-thumb .datasets-label")).ToHaveCountAsync(3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open 001" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Heading)).ToContainTextAsync($"001 {BrowserWorld.Width} × {BrowserWorld.Height}");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(dialog.GetByRole(AriaRole.Heading)).ToContainTextAsync("002");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Next sample" })).ToBeDisabledAsync();
        byte[] labels = Labels(SceneDomain.Camera, 2, seed: 5);
        ILocator road = dialog.GetByRole(AriaRole.List, new() { Name = "Classes in this picture" }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = "road" });
        await Expect(road).ToHaveTextAsync($"road {Percent(labels.Count(c => c == DemoClasses.Road) / (double)labels.Length)}");
        await watched.ScreenshotAsync("page-sample");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Open 001" })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_domain_gap_is_the_interfaces_own_and_an_aligned_copy_comes_of_it()
    {
        JsonElement gap = await world.Client.PostAsync(
            "/api/v1/domain-gaps", new { source = world.Source, target = world.Target, seed = 4, scheme = "labGamma" }, HttpStatusCode.OK);
        double before = gap.GetProperty("before").GetProperty("meanOfPairs").GetProperty("total").GetDouble();
        double after = gap.GetProperty("after").GetProperty("meanOfPairs").GetProperty("total").GetDouble();
        await using WatchedPage watched = await world.OpenAsync($"/datasets/{world.Source}?tab=alignment&other={world.Target}&scheme=labGamma&seed=4");
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Measure the gap" }).ClickAsync();
        await Expect(Figure(page, "Distance before")).ToHaveTextAsync(before.ToString("F1", CultureInfo.InvariantCulture));
        await Expect(Figure(page, "After lab gamma")).ToHaveTextAsync(after.ToString("F1", CultureInfo.InvariantCulture));
        await Expect(page.GetByAltText("Aligned: 000")).ToBeVisibleAsync();
        await watched.ScreenshotAsync("page-domain-gap", fullPage: true);
        await page.GetByLabel("Name of the copy").FillAsync("game in camera light");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the copy" }).ClickAsync();

        await Expect(page.GetByText("Made of game, aligned to camera by lab gamma")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Open ") })).ToHaveCountAsync(8);
        JsonElement made = await world.Client.GetJsonAsync($"/api/v1{new Uri(page.Url).AbsolutePath}");
        Assert.Equal(4, made.GetProperty("derivedFrom").GetProperty("seed").GetInt64());
        await DeleteHereAsync(page);
    }

    [Fact]
    public async Task A_data_set_that_a_run_uses_is_not_deleted_and_the_page_says_why()
    {
        object body = new { name = "in use", domain = "source", path = "game", labelSpace = world.Space };
        string id = (await world.Client.PostAsync("/api/v1/datasets", body, HttpStatusCode.Accepted)).Text("id")!;
        await Eventually.GetAsync(() => world.Client.GetJsonAsync($"/api/v1/datasets/{id}"), d => d.Text("status") == "ready");
        object endless = new { coarseIterations = 5000, crop = new[] { 64, 48 }, network = new { backbone = "resnet18", asppChannels = 16, decoderChannels = 16 } };
        string run = (await world.Client.PostAsync(
            "/api/v1/training-runs",
            new { name = "long", source = id, target = world.Target, labelSpace = world.Space, preset = "tiny", options = endless },
            HttpStatusCode.Accepted)).Text("id")!;
        await using WatchedPage watched = await world.OpenAsync($"/datasets/{id}");
        watched.Expect(409);
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete this data set" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The run 'long' uses the data set.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it as it is" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        using HttpResponseMessage cancelled = await world.Client.PostAsJsonAsync($"/api/v1/training-runs/{run}/cancel", new { });
        await Eventually.GetAsync(() => world.Client.GetJsonAsync($"/api/v1/training-runs/{run}"), r => r.Text("status") == "cancelled");
        await DeleteHereAsync(page);
        await world.Client.GetAsync($"/api/v1/datasets/{id}").RefusedAsync(404, "dataset-not-found");
    }

    [Fact]
    public async Task A_label_space_is_made_of_a_pasted_list_with_a_subset()
    {
        await using WatchedPage watched = await world.OpenAsync("/datasets?new=labels");
        IPage page = watched.Page;
        await page.GetByLabel("Name of the label space").FillAsync("Three things");
        await page.GetByText("Paste a list of classes").ClickAsync();
        await page.GetByLabel("One class a line").FillAsync("road #804080\ncar #00008e\nparked bicycle #770b20");
        await page.GetByRole(AriaRole.Button, new() { Name = "Fill in the classes" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a subset" }).ClickAsync();
        await page.GetByLabel("Name of subset 1").FillAsync("wheels");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "car" }).CheckAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "parked bicycle" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the label space" }).ClickAsync();
        await Expect(page.GetByText("Three things is there.")).ToBeVisibleAsync();
        JsonElement made = await world.Client.GetJsonAsync("/api/v1/label-spaces/three-things");
        Assert.Equal(
            """[{"index":0,"name":"road","color":[128,64,128]},{"index":1,"name":"car","color":[0,0,142]},{"index":2,"name":"parked bicycle","color":[119,11,32]}]""",
            made.GetProperty("classes").GetRawText());
        Assert.Equal("""{"wheels":[1,2]}""", made.GetProperty("subsets").GetRawText());
    }

    [Theory]
    [InlineData("/datasets?new=folder", "streets", 1280, ColorScheme.Light)]
    [InlineData("/datasets?new=labels&view=table", "Add a class", 390, ColorScheme.Dark)]
    [InlineData("/datasets/{truth}", "002", 390, ColorScheme.Light)]
    [InlineData("/datasets/{truth}?tab=report", "Labelled pixels by class", 1280, ColorScheme.Dark)]
    [InlineData("/datasets/{truth}?sample=001", "Point at the picture", 390, ColorScheme.Dark)]
    public async Task The_pages_of_data_sets_are_accessible_and_fit(string path, string sign, int width, ColorScheme scheme)
    {
        await using WatchedPage watched = await world.OpenAsync(path.Replace("{truth}", world.Truth, StringComparison.Ordinal), width, scheme);
        await Expect(watched.Page.GetByText(sign).Filter(new() { Visible = true }).First).ToBeVisibleAsync(); // not an option of a closed list
        await Expect(watched.Page.GetByText("Loading")).ToHaveCountAsync(0);
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
    }

    private static async Task DeleteHereAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete this data set" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page).ToHaveTitleAsync("Data sets · UdaSeg");
    }

    private static ILocator Figure(IPage page, string name) =>
        page.Locator(".figures > div").Filter(new() { Has = page.GetByText(name, new() { Exact = true }) }).Locator("dd");

    /// <summary>What the renderer painted, before any file, mapping or service.</summary>
    private static byte[] Labels(SceneDomain domain, int index, long seed) =>
        SceneRenderer.Render(domain, index, seed, BrowserWorld.Width, BrowserWorld.Height).Labels.Labels;

    private static string Percent(double share) => (share * 100).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
