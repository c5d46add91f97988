using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Imaging;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

[Collection(nameof(BrowserCollection))]
public sealed class EvaluationsPageTests(BrowserWorld world)
{
    [Fact]
    public async Task An_evaluation_is_asked_for_watched_and_read()
    {
        await using WatchedPage watched = await world.OpenAsync("/evaluations?new=1");
        IPage page = watched.Page;
        await page.GetByLabel("Checkpoint").SelectOptionAsync("default");
        await page.GetByLabel("Data set").SelectOptionAsync(world.Truth);
        await page.GetByLabel("Mirrored too").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Evaluate" }).ClickAsync();
        await Expect(page.GetByText("on truth · mirrored too")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "By class" })).ToBeVisibleAsync(new() { Timeout = 60_000 });

        JsonElement answer = await world.Client.GetJsonAsync($"/api/v1{new Uri(page.Url).AbsolutePath}");
        Assert.True(answer.GetProperty("options").GetProperty("flip").GetBoolean());
        Assert.Equal(world.Checkpoints[^1], answer.Text("checkpoint"));
        await Expect(page.Locator(".judge-headline dd").First).ToHaveTextAsync(Percent(answer.GetProperty("miou").GetDouble()));
        ILocator table = page.GetByRole(AriaRole.Table, new() { Name = "Scores by class" });
        foreach (JsonElement one in answer.GetProperty("perClass").EnumerateArray().Where(c => c.GetProperty("iou").ValueKind == JsonValueKind.Number))
        {
            await Expect(Row(page, table, one.Text("name")!).Locator("td").First).ToHaveTextAsync(Percent(one.GetProperty("iou").GetDouble()));
        }

        await page.GetByRole(AriaRole.Heading, new() { Name = "What is taken for what" }).EvaluateAsync("heading => heading.scrollIntoView()");
        await Expect(page.Locator("main img").Nth(3)).ToBeVisibleAsync();
        await watched.ScreenshotAsync("page-evaluation");
    }

    [Fact]
    public async Task What_is_wrong_is_told_at_its_field_and_nothing_is_lost()
    {
        await using WatchedPage watched = await world.OpenAsync($"/evaluations?new=1&checkpoint=default&dataset={world.Truth}");
        watched.Expect(422);
        IPage page = watched.Page;
        await Expect(page.GetByLabel("Data set")).ToHaveValueAsync(world.Truth);
        await page.GetByLabel("Scales").FillAsync("0.5, 9");
        await page.GetByRole(AriaRole.Button, new() { Name = "Evaluate" }).ClickAsync();
        await Expect(page.GetByLabel("Scales")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.GetByLabel("Scales")).ToHaveAccessibleDescriptionAsync("Factors of 0.25 to 4.");
        await Expect(page.GetByLabel("Scales")).ToHaveValueAsync("0.5, 9");
        await Expect(page.GetByLabel("Checkpoint")).ToHaveValueAsync("default");
        await Expect(page.GetByText("invalid-evaluation")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_confusion_matrix_tells_shares_and_counts_to_mouse_and_keyboard()
    {
        JsonElement evaluation = await OfStageAsync(1);
        await using WatchedPage watched = await world.OpenAsync($"/evaluations/{evaluation.Text("id")}");
        IPage page = watched.Page;
        (int from, int to, long count) = Largest(evaluation);
        string[] names = [.. evaluation.GetProperty("perClass").EnumerateArray().Select(c => c.Text("name")!)];
        long pixels = evaluation.GetProperty("perClass")[from].GetProperty("pixels").GetInt64();

        ILocator cell = page.Locator($"[data-at='{from}-{to}']");
        await Expect(cell).ToHaveTextAsync(Math.Round(100.0 * count / pixels, MidpointRounding.AwayFromZero).ToString(CultureInfo.InvariantCulture));
        await cell.HoverAsync();
        string share = Percent((double)count / pixels);
        await Expect(page.Locator(".judge-readout")).ToContainTextAsync(
            string.Create(CultureInfo.InvariantCulture, $"{names[from]} called {names[to]}: {count:N0} pixels, {share} of {names[from]}"));

        await page.GetByLabel("Pixels", new() { Exact = true }).CheckAsync();
        await page.Locator("[data-at='0-0']").FocusAsync();
        for (int i = 0; i < from; i++) await page.Keyboard.PressAsync("ArrowDown");
        for (int i = 0; i < to; i++) await page.Keyboard.PressAsync("ArrowRight");
        await Expect(cell).ToBeFocusedAsync();
        await Expect(page.Locator(".judge-readout")).ToContainTextAsync(string.Create(CultureInfo.InvariantCulture, $"{count:N0} pixels"));
    }

    [Fact]
    public async Task Ticked_evaluations_are_compared_class_by_class_and_downloaded()
    {
        JsonElement[] both = [await OfStageAsync(1), await MeasuredAsync(world.Source)];
        await using WatchedPage watched = await world.OpenAsync($"/evaluations?tick={both[0].Text("id")}");
        IPage page = watched.Page;
        ILocator second = page.Locator("tbody tr", new() { Has = page.Locator($"a[href='/evaluations/{both[1].Text("id")}']") });
        await second.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare 2" }).ClickAsync();
        ILocator table = page.GetByRole(AriaRole.Table, new() { Name = "IoU in percent by class" });

        await Expect(page.GetByText("They were measured on different data sets.")).ToBeVisibleAsync();
        Assert.Contains(Pairs(both), p => p.First != p.Other); // or nothing could be marked
        foreach ((string name, double? first, double? other) in Pairs(both))
        {
            ILocator cells = Row(page, table, name).Locator("td");
            if (first is null || other is null) continue;
            await Expect(cells.Nth(0)).ToContainTextAsync(Points(first.Value));
            await Expect(cells.Nth(1)).ToContainTextAsync(Points(other.Value));
            await Expect(cells.Nth(0).GetByText("best:")).ToHaveCountAsync(first > other ? 1 : 0);
            await Expect(cells.Nth(1).GetByText("best:")).ToHaveCountAsync(other > first ? 1 : 0);
        }

        IDownload file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download as CSV" }).ClickAsync());
        string[] lines = await File.ReadAllLinesAsync(await file.PathAsync(), TestContext.Current.CancellationToken);
        string[] mious = lines.Single(l => l.StartsWith("mIoU,", StringComparison.Ordinal)).Split(',')[1..];
        Assert.Equal(both.Select(e => e.GetProperty("miou").GetDouble()), mious.Select(m => double.Parse(m, CultureInfo.InvariantCulture)));
        await watched.ScreenshotAsync("page-compare", fullPage: true);
    }

    [Fact]
    public async Task The_worst_images_are_shown_and_looked_at_closely()
    {
        JsonElement evaluation = await OfStageAsync(1);
        string id = evaluation.Text("id")!, sample = evaluation.GetProperty("worst")[0].Text("sample")!;
        await using WatchedPage watched = await world.OpenAsync($"/evaluations/{id}");
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Heading, new() { Name = "Worst images" }).ScrollIntoViewIfNeededAsync();
        foreach (string picture in (string[])["Image", "Truth", "Prediction", "Errors"])
        {
            await Expect(page.GetByAltText($"{picture} of {sample}", new() { Exact = true })).ToHaveJSPropertyAsync("naturalWidth", BrowserWorld.Width);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = $"Look closer at {sample}" }).ClickAsync();
        ILocator picturePair = page.Locator("dialog .stack");
        await Expect(picturePair.GetByRole(AriaRole.Slider)).ToBeVisibleAsync();
        ushort[] truth = await LabelsAsync($"/api/v1/datasets/{world.Truth}/samples/{sample}/label");
        ushort[] prediction = await LabelsAsync($"/api/v1/evaluations/{id}/samples/{sample}/prediction?encoding=index");
        LocatorBoundingBoxResult box = (await picturePair.BoundingBoxAsync())!;
        (int x, int y) = (BrowserWorld.Width / 4, BrowserWorld.Height / 4);
        await page.Mouse.MoveAsync(box.X + (box.Width * (x + 0.5f) / BrowserWorld.Width), box.Y + (box.Height * (y + 0.5f) / BrowserWorld.Height));
        string[] names = [.. evaluation.GetProperty("perClass").EnumerateArray().Select(c => c.Text("name")!)];
        int at = (y * BrowserWorld.Width) + x;
        await Expect(page.Locator("dialog .judge-readout")).ToHaveTextAsync($"here: {NameOf(truth[at])}, called {NameOf(prediction[at])}");
        await page.GetByLabel("Right").SelectOptionAsync("Errors");
        await Expect(page.GetByAltText($"Errors: {sample}")).ToHaveJSPropertyAsync("naturalWidth", BrowserWorld.Width);
        await watched.AssertAccessibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog.judge-viewer")).ToHaveCountAsync(0);

        string NameOf(ushort index) => index < names.Length ? names[index] : "no class";
    }

    [Theory]
    [InlineData("", 1280, ColorScheme.Light)]
    [InlineData("", 390, ColorScheme.Dark)]
    [InlineData("?new=1", 390, ColorScheme.Light)]
    [InlineData("/one", 1280, ColorScheme.Dark)]
    [InlineData("/one", 390, ColorScheme.Light)]
    [InlineData("?compare", 1280, ColorScheme.Dark)]
    [InlineData("?compare", 390, ColorScheme.Light)]
    public async Task The_evaluations_are_accessible_and_fit(string what, int width, ColorScheme scheme)
    {
        string first = (await OfStageAsync(0)).Text("id")!, second = (await OfStageAsync(1)).Text("id")!;
        string path = what switch { "/one" => $"/{second}", "?compare" => $"?compare={first},{second}", _ => what };
        await using WatchedPage watched = await world.OpenAsync($"/evaluations{path}", width, scheme);
        ILocator settled = what switch
        {
            "" => watched.Page.GetByRole(AriaRole.Link, new() { Name = "first light" }).First,
            "?new=1" => watched.Page.GetByRole(AriaRole.Button, new() { Name = "Evaluate" }),
            "/one" => watched.Page.GetByRole(AriaRole.Heading, new() { Name = "Worst images" }),
            _ => watched.Page.Locator("[data-ready=true]"),
        };
        await Expect(settled).ToBeVisibleAsync();
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
    }

    private static ILocator Row(IPage page, ILocator table, string name) =>
        table.Locator("tr", new() { Has = page.GetByRole(AriaRole.Rowheader, new() { Name = name, Exact = true }) });

    private static string Points(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => $"{Points(share)} %";

    private static (int From, int To, long Count) Largest(JsonElement evaluation)
    {
        JsonElement confusion = evaluation.GetProperty("confusion");
        return Enumerable.Range(0, confusion.GetArrayLength())
            .SelectMany(i => Enumerable.Range(0, confusion.GetArrayLength()).Select(j => (i, j, Count: confusion[i][j].GetInt64())))
            .Where(c => c.i != c.j)
            .MaxBy(c => c.Count);
    }

    private static IEnumerable<(string Name, double? First, double? Other)> Pairs(JsonElement[] both)
    {
        yield return ("mIoU", both[0].GetProperty("miou").GetDouble(), both[1].GetProperty("miou").GetDouble());
        foreach ((JsonElement a, JsonElement b) in both[0].GetProperty("perClass").EnumerateArray().Zip(both[1].GetProperty("perClass").EnumerateArray()))
        {
            yield return (a.Text("name")!, Iou(a), Iou(b));
        }

        static double? Iou(JsonElement score) => score.GetProperty("iou") is { ValueKind: JsonValueKind.Number } iou ? iou.GetDouble() : null;
    }

    /// <summary>Class indices of a PNG of the interface, rows from the top.</summary>
    private async Task<ushort[]> LabelsAsync(string path) => PngLabelCodec.Read(await world.Client.GetByteArrayAsync(path)).Values;

    /// <summary>What an evaluation of the run's result on another data set says.</summary>
    private async Task<JsonElement> MeasuredAsync(string dataset)
    {
        JsonElement posted = await world.Client.PostAsync("/api/v1/evaluations", new { checkpoint = "default", dataset }, HttpStatusCode.Accepted);
        JsonElement ended = await Eventually.GetAsync(
            () => world.Client.GetJsonAsync($"/api/v1/evaluations/{posted.Text("id")}"), e => e.Text("status") is "succeeded" or "failed");
        Assert.Equal("succeeded", ended.Text("status"));
        return ended;
    }

    /// <summary>What the run measured itself at a stage's end.</summary>
    private async Task<JsonElement> OfStageAsync(int stage)
    {
        JsonElement page = await world.Client.GetJsonAsync("/api/v1/evaluations?limit=500");
        return page.GetProperty("items").EnumerateArray().Single(e => e.Text("run") == world.Run && e.GetProperty("stage").GetInt32() == stage);
    }
}
