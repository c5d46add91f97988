using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

[Collection(nameof(BrowserCollection))]
public sealed class AlignPageTests(BrowserWorld world)
{
    private string SamplePair => $"/align?source={world.Source}&sourceSample=002&reference={world.Target}&referenceSample=004";

    [Fact]
    public async Task Two_dropped_files_are_aligned_and_the_figures_are_the_interfaces_own()
    {
        (string source, string reference) = (world.ImageFile("game", 1), world.ImageFile("camera", 3));
        JsonElement answer = await AlignAsync("", source, reference);
        await using WatchedPage watched = await world.OpenAsync("/align");
        IPage page = watched.Page;
        await page.GetByLabel("Source image").SetInputFilesAsync(source);
        await page.GetByLabel("Reference image").SetInputFilesAsync(reference);

        await ExpectFiguresAsync(page, answer);
        await Expect(page.GetByAltText("Aligned: 001.png")).ToHaveJSPropertyAsync("naturalWidth", BrowserWorld.Width);
        await Expect(page.GetByText("Reference: 003.png")).ToBeVisibleAsync();
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download PNG" }).ClickAsync());
        Assert.Equal("001-hybrid.png", download.SuggestedFilename);
        Assert.Equal(answer.GetProperty("image").GetProperty("data").GetBytesFromBase64(), await File.ReadAllBytesAsync(await download.PathAsync()));
    }

    [Fact]
    public async Task Readers_without_pictures_try_the_servers_and_the_address_keeps_what_they_chose()
    {
        await using WatchedPage watched = await world.OpenAsync("/align");
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Try “game”") }).ClickAsync();
        await Expect(Figure(page, "gamma")).ToBeVisibleAsync();
        await page.GetByLabel("Reference's data set").SelectOptionAsync(world.Target);
        await page.GetByLabel("Seed").FillAsync("11");
        await Expect(page).ToHaveURLAsync(new Regex($"reference={world.Target}.*referenceSeed=11"));

        JsonElement answer = await AlignAsync("", world.ImageFile("game", 0), null, ("referenceDataset", world.Target), ("seed", "11"));
        string drawn = $"Reference: {answer.Text("referenceSample")}, drawn by seed 11";
        await Expect(page.GetByText(drawn)).ToBeVisibleAsync();
        await ExpectFiguresAsync(page, answer);
        await page.ReloadAsync();
        await Expect(page.GetByText(drawn)).ToBeVisibleAsync();
        await ExpectFiguresAsync(page, answer);
    }

    [Fact]
    public async Task Every_scheme_of_the_interface_stands_in_the_gallery_and_is_shown_large_when_chosen()
    {
        await using WatchedPage watched = await world.OpenAsync(SamplePair);
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Show all schemes" }).ClickAsync();
        JsonElement document = await world.Client.GetJsonAsync("/swagger/v1/swagger.json");
        string[] schemes = [.. document.GetProperty("components").GetProperty("schemas").GetProperty("AlignmentScheme").GetProperty("enum")
            .EnumerateArray().Select(s => s.GetString()!).Where(s => s != "gan")]; // which needs a run
        ILocator thumbs = page.GetByRole(AriaRole.Region, new() { Name = "All schemes" }).GetByRole(AriaRole.Listitem);
        await Expect(thumbs.Locator("img")).ToHaveCountAsync(schemes.Length);
        foreach ((string scheme, int i) in schemes.Select((s, i) => (s, i)))
        {
            JsonElement answer = await AlignAsync($"?scheme={scheme}", world.ImageFile("game", 2), world.ImageFile("camera", 4));
            await Expect(thumbs.Nth(i)).ToContainTextAsync($"γ {Rounded(answer, "gamma", 3)}, mean L* {Rounded(answer.GetProperty("meanLightness"), "aligned", 1)}");
        }

        await page.EvaluateAsync("scrollTo(0, 0)");
        await watched.ScreenshotAsync("page-align");
        await thumbs.Filter(new() { HasText = "none" }).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Locator(".align-result[data-scheme=none]")).ToBeVisibleAsync();
        await Expect(Figure(page, "gamma")).ToHaveTextAsync("1.000");
    }

    [Fact]
    public async Task Beta_pulls_gamma_to_one_and_the_sliders_obey_the_keyboard()
    {
        await using WatchedPage watched = await world.OpenAsync(SamplePair);
        IPage page = watched.Page;
        await Expect(Figure(page, "gamma")).ToBeVisibleAsync();
        await page.GetByLabel("β, weight of γ = 1").PressAsync("End");
        JsonElement strict = await AlignAsync("?beta=100", world.ImageFile("game", 2), world.ImageFile("camera", 4));
        await ExpectFiguresAsync(page, strict);
        await page.GetByRole(AriaRole.Button, new() { Name = "Back to the defaults" }).ClickAsync();
        await ExpectFiguresAsync(page, await AlignAsync("", world.ImageFile("game", 2), world.ImageFile("camera", 4)));

        ILocator edge = page.GetByRole(AriaRole.Slider, new() { Name = "Show more of Source or Aligned" });
        await edge.PressAsync("Home");
        await Expect(page.GetByAltText("Source: 002")).ToHaveCSSAsync("clip-path", "inset(0px 100% 0px 0px)");
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_refused_by_code_and_the_other_one_stays()
    {
        await using WatchedPage watched = await world.OpenAsync($"/align?source={world.Source}&sourceSample=002");
        watched.Expect(422);
        watched.Expect(415);
        IPage page = watched.Page;
        await page.GetByLabel("Reference image").SetInputFilesAsync(new FilePayload { Name = "notes.png", MimeType = "image/png", Buffer = "no picture"u8.ToArray() });
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("unsupported-image");
        await page.GetByLabel("Reference image").SetInputFilesAsync(world.ImageFile("camera", 4));
        await ExpectFiguresAsync(page, await AlignAsync("", world.ImageFile("game", 2), world.ImageFile("camera", 4)));
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("/align", 1280, ColorScheme.Light)]
    [InlineData(null, 1280, ColorScheme.Light)]
    [InlineData(null, 1280, ColorScheme.Dark)]
    [InlineData(null, 390, ColorScheme.Dark)]
    public async Task The_page_is_accessible_and_fits(string? path, int width, ColorScheme scheme)
    {
        await using WatchedPage watched = await world.OpenAsync(path ?? $"{SamplePair}&all=1", width, scheme);
        if (path is null)
        {
            await Expect(watched.Page.Locator(".plot[data-ready=true]")).ToHaveCountAsync(4);
            await Expect(watched.Page.Locator(".align-thumb img")).ToHaveCountAsync(5);
        }
        else
        {
            await Expect(watched.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Try") })).ToBeEnabledAsync();
        }
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
    }

    private static ILocator Figure(IPage page, string name) => page.Locator($"[data-figure={name}]");

    private static async Task ExpectFiguresAsync(IPage page, JsonElement answer)
    {
        await Expect(Figure(page, "gamma")).ToHaveTextAsync(Rounded(answer, "gamma", 3));
        foreach (string name in (string[])["source", "reference", "aligned"])
        {
            await Expect(Figure(page, name)).ToHaveTextAsync(Rounded(answer.GetProperty("meanLightness"), name, 1));
        }
        string clipped = (100 * answer.GetProperty("clippedShare").GetDouble()).ToString("F2", CultureInfo.InvariantCulture);
        await Expect(Figure(page, "clipped")).ToHaveTextAsync($"{clipped} %");
    }

    private static string Rounded(JsonElement json, string name, int decimals) =>
        json.GetProperty(name).GetDouble().ToString($"F{decimals}", CultureInfo.InvariantCulture);

    private async Task<JsonElement> AlignAsync(string query, string source, string? reference, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(source)), "source", "source.png" } };
        if (reference is not null) form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(reference)), "reference", "reference.png");
        foreach ((string name, string value) in fields) form.Add(new StringContent(value), name);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/alignments{query}") { Content = form };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using HttpResponseMessage answer = await world.Client.SendAsync(request);
        return await answer.JsonAsync(HttpStatusCode.OK);
    }
}
