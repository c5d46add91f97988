using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

[Collection(nameof(BrowserCollection))]
public sealed class CheckpointsPageTests(BrowserWorld world)
{
    [Fact]
    public async Task The_list_tells_the_figures_of_each_checkpoint_and_which_one_serves()
    {
        await using WatchedPage watched = await world.OpenAsync("/checkpoints");
        IPage page = watched.Page;
        foreach (string id in world.Checkpoints)
        {
            JsonElement known = await world.Client.GetJsonAsync($"/api/v1/checkpoints/{id}");
            ILocator row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = id[^8..] });
            await Expect(row.GetByRole(AriaRole.Link).First).ToHaveAttributeAsync("href", $"/checkpoints/{id}");
            double miou = known.GetProperty("manifest").GetProperty("metrics").GetProperty("miou").GetDouble();
            await Expect(row).ToContainTextAsync(FormattableString.Invariant($"{miou * 100:F1} %"));
            await Expect(row.GetByText("serves default")).ToHaveCountAsync(id == world.Checkpoints[^1] ? 1 : 0);
            if (id != world.Checkpoints[^1]) continue;
            ILocator served = page.GetByRole(AriaRole.Listitem).Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = "default", Exact = true }) });
            await Expect(served).ToContainTextAsync(FormattableString.Invariant($"mean IoU {miou * 100:F1} %"));
        }

        await watched.ScreenshotAsync("page-checkpoints");
    }

    [Fact]
    public async Task A_new_alias_serves_and_replacing_it_asks_first()
    {
        await using WatchedPage watched = await world.OpenAsync($"/checkpoints/{world.Checkpoints[0]}");
        IPage page = watched.Page;
        await page.GetByLabel("Alias", new() { Exact = true }).FillAsync("nightly");
        await page.GetByRole(AriaRole.Button, new() { Name = "Serve", Exact = true }).ClickAsync();
        await Expect(page.GetByText(new Regex("^nightly serves"))).ToBeVisibleAsync();
        await Expect(page.GetByText("serves nightly", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal(world.Checkpoints[0], await ServedAsync("nightly"));

        await page.GotoAsync("/checkpoints");
        await page.GetByRole(AriaRole.Button, new() { Name = "Replace what nightly serves" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Checkpoint" }).SelectOptionAsync(world.Checkpoints[^1]);
        await page.Locator("form").GetByRole(AriaRole.Button, new() { Name = "Replace", Exact = true }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync(world.Checkpoints[0][^8..]);
        Assert.Equal(world.Checkpoints[0], await ServedAsync("nightly"));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Replace", Exact = true }).ClickAsync();
        await Expect(page.GetByText(new Regex("^nightly serves"))).ToBeVisibleAsync();
        Assert.Equal(world.Checkpoints[^1], await ServedAsync("nightly"));
    }

    [Fact]
    public async Task What_is_downloaded_can_be_imported_and_deleted_again()
    {
        using var folder = new TempFolder();
        string digest = (await world.Client.GetJsonAsync($"/api/v1/checkpoints/{world.Checkpoints[0]}")).GetProperty("manifest").Text("digest")!;
        await using WatchedPage watched = await world.OpenAsync($"/checkpoints/{world.Checkpoints[0]}");
        IPage page = watched.Page;
        string weights = await DownloadAsync(page, "Weights", Path.Combine(folder.Path, "w.safetensors"));
        string manifest = await DownloadAsync(page, "Manifest", Path.Combine(folder.Path, "m.json"));
        string onnx = await DownloadAsync(page, "ONNX model", Path.Combine(folder.Path, "m.onnx"));
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(weights))));
        Assert.True(new FileInfo(onnx).Length > 1000);
        JsonNode renamed = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;
        renamed["name"] = "from elsewhere";
        await File.WriteAllTextAsync(manifest, renamed.ToJsonString());

        await page.GotoAsync("/checkpoints?new=import");
        await page.GetByLabel("Manifest").SetInputFilesAsync(manifest);
        await Expect(page.GetByText("from elsewhere, resnet18, 9 classes")).ToBeVisibleAsync();
        await page.GetByLabel("Weights").SetInputFilesAsync(weights);
        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "from elsewhere" })).ToBeVisibleAsync();
        string path = new Uri(page.Url).AbsolutePath;
        Assert.Equal(digest, (await world.Client.GetJsonAsync($"/api/v1{path}")).GetProperty("manifest").Text("digest"));
        await DeleteAsync(page);
        await Expect(page).ToHaveTitleAsync("Checkpoints · UdaSeg");
        await world.Client.GetAsync($"/api/v1{path}").RefusedAsync(404, "checkpoint-not-found");
    }

    [Fact]
    public async Task A_pickle_is_refused_before_it_is_sent()
    {
        await using WatchedPage watched = await world.OpenAsync("/checkpoints?new=import");
        await watched.Page.GetByLabel("Manifest").SetInputFilesAsync(new FilePayload { Name = "m.json", MimeType = "application/json", Buffer = "{}"u8.ToArray() });
        await watched.Page.GetByLabel("Weights").SetInputFilesAsync(new FilePayload { Name = "w.pth", MimeType = "application/octet-stream", Buffer = [1] });
        await Expect(watched.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("pickle");
        await Expect(watched.Page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true })).ToBeDisabledAsync();
    }

    [Fact]
    public async Task A_checkpoint_that_serves_is_not_deleted_and_the_page_says_what_to_do()
    {
        await using WatchedPage watched = await world.OpenAsync($"/checkpoints/{world.Checkpoints[^1]}");
        watched.Expect(409);
        await DeleteAsync(watched.Page);
        ILocator dialog = watched.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("checkpoint-in-use");
        await Expect(dialog).ToContainTextAsync("First point");
        using HttpResponseMessage still = await world.Client.GetAsync($"/api/v1/checkpoints/{world.Checkpoints[^1]}");
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Theory]
    [InlineData("/checkpoints?new=import", 390, ColorScheme.Dark)]
    [InlineData("/checkpoints", 1280, ColorScheme.Light)]
    [InlineData("/checkpoints/{id}", 390, ColorScheme.Light)]
    [InlineData("/checkpoints/{id}", 1280, ColorScheme.Dark)]
    public async Task The_pages_of_checkpoints_are_accessible_and_fit(string path, int width, ColorScheme scheme)
    {
        await using WatchedPage watched = await world.OpenAsync(path.Replace("{id}", world.Checkpoints[^1], StringComparison.Ordinal), width, scheme);
        await Expect(watched.Page.GetByText("serves default").Filter(new() { Visible = true }).First).ToBeVisibleAsync();
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
    }

    private static async Task<string> DownloadAsync(IPage page, string button, string to)
    {
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync());
        await download.SaveAsAsync(to);
        return to;
    }

    private static async Task DeleteAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete this checkpoint" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
    }

    private async Task<string?> ServedAsync(string alias) => (await world.Client.GetJsonAsync("/api/v1/checkpoint-aliases"))
        .GetProperty("items").EnumerateArray().Single(a => a.Text("name") == alias).Text("checkpoint");
}
