using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Imaging;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

[Collection(nameof(BrowserCollection))]
public sealed class SegmentPageTests(BrowserWorld world)
{
    private const int Width = BrowserWorld.Width, Height = BrowserWorld.Height;

    [Fact]
    public async Task Under_pointer_and_crosshair_stand_the_class_of_the_index_png_and_its_confidence()
    {
        string file = world.ImageFile("truth", 1);
        JsonElement answer = await SegmentAsync(file, "?include=confidence");
        byte[] index = await IndexAsync(file, "default");
        byte[] confidence = Labels(answer.GetProperty("confidenceMask").GetBytesFromBase64());
        await using WatchedPage watched = await world.OpenAsync("/segment");
        IPage page = watched.Page;
        await page.GetByLabel("Photographs").SetInputFilesAsync(file);
        ILocator stage = page.Locator(".segment-stage");
        await Expect(page.Locator(".segment-legend li[data-class]").First).ToBeVisibleAsync(); // from here on nothing moves any more
        await stage.ScrollIntoViewIfNeededAsync();
        foreach ((int x, int y) in Spread(12))
        {
            LocatorBoundingBoxResult box = (await stage.BoundingBoxAsync())!;
            await page.Mouse.MoveAsync((float)(box.X + ((x + 0.5) * box.Width / Width)), (float)(box.Y + ((y + 0.5) * box.Height / Height)));
            await ExpectReadoutAsync(page, answer, index, confidence, x, y);
        }

        await page.ReloadAsync();
        await page.GetByLabel("Photographs").SetInputFilesAsync(file);
        await stage.FocusAsync();
        foreach (string key in (string[])["ArrowUp", "Shift+ArrowUp", "ArrowRight", "Shift+ArrowLeft", "ArrowDown"]) await page.Keyboard.PressAsync(key);
        await ExpectReadoutAsync(page, answer, index, confidence, (Width / 2) + 1 - 10, (Height / 2) - 1 - 10 + 1);
        await watched.ScreenshotAsync("page-segment");
    }

    [Fact]
    public async Task Run_lengths_decoded_by_the_page_are_the_index_png_pixel_by_pixel()
    {
        string file = world.ImageFile("truth", 2);
        JsonElement answer = await SegmentAsync(file, "?include=rle");
        await using WatchedPage watched = await world.OpenAsync("/segment");
        int[] decoded = await watched.Page.EvaluateAsync<int[]>(
            "async (text) => { const a = JSON.parse(text); return Array.from((await import('/lib/labels.js')).labelsOf(a.segments, a.width, a.height)); }",
            answer.ToString());
        Assert.Equal(await IndexAsync(file, "default"), decoded.Select(v => (byte)v));
    }

    [Fact]
    public async Task The_legend_tells_the_shares_and_hides_classes_by_keyboard()
    {
        JsonElement answer = await SegmentAsync(world.ImageFile("camera", 2), "");
        await using WatchedPage watched = await world.OpenAsync($"/segment?dataset={world.Target}&sample=002");
        IPage page = watched.Page;
        JsonElement[] present = [.. answer.GetProperty("classes").EnumerateArray().Where(c => c.GetProperty("pixels").GetInt64() > 0)
            .OrderByDescending(c => c.GetProperty("share").GetDouble())];
        ILocator rows = page.Locator(".segment-legend li[data-class]");
        await Expect(rows).ToHaveCountAsync(present.Length);
        for (int i = 0; i < present.Length; i++)
        {
            await Expect(rows.Nth(i)).ToContainTextAsync(present[i].Text("name")!);
            await Expect(rows.Nth(i)).ToContainTextAsync($"{Percent(present[i].GetProperty("share").GetDouble())} %");
        }

        Assert.Equal(Width * Height, await OpaqueAsync(page));
        ILocator box = page.GetByRole(AriaRole.Checkbox, new() { Name = $"Show {present[0].Text("name")}", Exact = true });
        await box.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(box).Not.ToBeCheckedAsync();
        Assert.Equal((Width * Height) - present[0].GetProperty("pixels").GetInt64(), await OpaqueAsync(page));
    }

    [Fact]
    public async Task Of_several_files_each_fails_for_itself_and_too_large_ones_are_not_sent()
    {
        long limit = (await world.Client.GetJsonAsync("/api/v1/limits")).GetProperty("limits").GetProperty("maxPixels").GetInt64();
        byte[] huge = PngLabelCodec.WriteGrey(new LabelMap(10_000, (int)(limit / 10_000) + 1));
        await using WatchedPage watched = await world.OpenAsync("/segment");
        watched.Expect(415);
        IPage page = watched.Page;
        int sent = 0;
        page.Request += (_, request) => sent += request.Url.Contains("/segmentations", StringComparison.Ordinal) ? 1 : 0;
        await page.GetByLabel("Photographs").SetInputFilesAsync(
        [
            new FilePayload { Name = "street.png", MimeType = "image/png", Buffer = await File.ReadAllBytesAsync(world.ImageFile("camera", 0)) },
            new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "no picture"u8.ToArray() },
            new FilePayload { Name = "huge.png", MimeType = "image/png", Buffer = huge },
        ]);
        ILocator queue = page.GetByRole(AriaRole.Region, new() { Name = "Queue" });
        await Expect(queue.GetByRole(AriaRole.Status)).ToHaveTextAsync("1 picture segmented, 2 failed");
        await Expect(queue.GetByRole(AriaRole.Listitem).Nth(1)).ToContainTextAsync("unsupported-media-type");
        await Expect(queue.GetByRole(AriaRole.Listitem).Nth(2)).ToContainTextAsync("image-too-large");
        Assert.Equal(2, sent);

        await queue.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^notes.txt") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("unsupported-media-type");
        await queue.GetByRole(AriaRole.Button, new() { Name = "Remove notes.txt" }).ClickAsync();
        await Expect(queue.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Two_checkpoints_agree_on_as_many_pixels_as_their_index_pngs_do()
    {
        string file = world.ImageFile("camera", 3);
        (byte[] first, byte[] second) = (await IndexAsync(file, "default"), await IndexAsync(file, world.Checkpoints[0]));
        int differing = first.Zip(second).Count(p => p.First != p.Second);
        await using WatchedPage watched = await world.OpenAsync($"/segment?dataset={world.Target}&sample=003");
        IPage page = watched.Page;
        await page.GetByLabel("Compare with").SelectOptionAsync(world.Checkpoints[0]);
        string share = Percent(1 - ((double)differing / first.Length));
        await Expect(page.GetByText($"The two agree on {share} % of the pixels.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "Disagreement" }).CheckAsync();
        await Expect(page.Locator(".segment-stage img.plain")).ToBeVisibleAsync();
        Assert.Equal(differing, await OpaqueAsync(page));
        await page.GetByLabel("Side by side").CheckAsync();
        await Expect(page.Locator(".segment-stage canvas")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Masks_are_taken_away_as_files()
    {
        string file = world.ImageFile("truth", 0);
        await using WatchedPage watched = await world.OpenAsync($"/segment?dataset={world.Truth}&sample=000");
        byte[] index = await IndexAsync(file, "default");
        Assert.Equal(index, Labels(await DownloadAsync(watched.Page, "Index PNG", "000-index.png")));
        byte[] color = await PostAsync(file, "?encoding=color", "image/png");
        Assert.Equal(color, await DownloadAsync(watched.Page, "Colour PNG", "000-color.png"));

        var coco = JsonElement.Parse(await DownloadAsync(watched.Page, "COCO RLE", "000-coco.json"));
        foreach (JsonElement region in coco.GetProperty("annotations").EnumerateArray())
        {
            int label = region.GetProperty("category_id").GetInt32() - 1;
            (int X, int Y)[] pixels = [.. index.Select((v, i) => (v, i)).Where(p => p.v == label).Select(p => (p.i % Width, p.i / Width))];
            Assert.Equal(pixels.Length, region.GetProperty("area").GetInt32());
            (int left, int top) = (pixels.Min(p => p.X), pixels.Min(p => p.Y));
            int[] box = [left, top, pixels.Max(p => p.X) - left + 1, pixels.Max(p => p.Y) - top + 1];
            Assert.Equal(box, region.GetProperty("bbox").EnumerateArray().Select(v => v.GetInt32()));
        }
        Assert.Equal(index.Distinct().Count(), coco.GetProperty("annotations").GetArrayLength());
    }

    [Theory]
    [InlineData("/segment", 1280, ColorScheme.Light)]
    [InlineData("/segment?dataset={0}&sample=001", 1280, ColorScheme.Light)]
    [InlineData("/segment?dataset={0}&sample=001&compare={1}", 1280, ColorScheme.Dark)]
    [InlineData("/segment?dataset={0}&sample=001&compare={1}&view=side", 390, ColorScheme.Dark)]
    public async Task The_page_is_accessible_and_fits(string path, int width, ColorScheme scheme)
    {
        await using WatchedPage watched = await world.OpenAsync(string.Format(CultureInfo.InvariantCulture, path, world.Target, world.Checkpoints[0]), width, scheme);
        ILocator sign = path.Contains("sample", StringComparison.Ordinal) ? watched.Page.Locator(".segment-stage").First : watched.Page.GetByText("No picture yet");
        await Expect(sign).ToBeVisibleAsync();
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
    }

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>Pixels spread over the picture; its corners are rounded.</summary>
    private static IEnumerable<(int X, int Y)> Spread(int count) =>
        Enumerable.Range(0, count).Select(i => (i * 37 % Width, i * 53 % Height)).Append((2, 2));

    private static async Task ExpectReadoutAsync(IPage page, JsonElement answer, byte[] index, byte[] confidence, int x, int y)
    {
        int pixel = (y * Width) + x;
        ILocator readout = page.Locator($".segment-readout[data-x='{x}'][data-y='{y}'] [data-class]");
        await Expect(readout).ToHaveAttributeAsync("data-class", answer.GetProperty("classes")[index[pixel]].Text("name")!);
        string? sure = await readout.GetAttributeAsync("data-confidence");
        Assert.Equal(confidence[pixel] / 255.0, double.Parse(sure!, CultureInfo.InvariantCulture), 6);
    }

    /// <summary>Pixels that the mask covers.</summary>
    private static Task<int> OpaqueAsync(IPage page) => page.Locator(".segment-stage canvas").EvaluateAsync<int>(
        "(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.reduce((n, v, i) => n + (i % 4 === 3 && v === 255 ? 1 : 0), 0)");

    private static async Task<byte[]> DownloadAsync(IPage page, string button, string name)
    {
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync());
        Assert.Equal(name, download.SuggestedFilename);
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }

    private static byte[] Labels(byte[] png) => [.. PngLabelCodec.Read(png).Values.Select(v => (byte)v)];

    private async Task<byte[]> IndexAsync(string file, string checkpoint) =>
        Labels(await PostAsync(file, $"?encoding=index&checkpoint={checkpoint}", "image/png"));

    private async Task<JsonElement> SegmentAsync(string file, string query) => JsonElement.Parse(await PostAsync(file, query, "application/json"));

    private async Task<byte[]> PostAsync(string file, string query, string accept)
    {
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(file));
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/segmentations{query}") { Content = body };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using HttpResponseMessage answer = await world.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
