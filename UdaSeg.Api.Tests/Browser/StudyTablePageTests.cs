using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

/// <summary>The page of a study that nobody trained: its figures are written here, and its pictures are those of the data set.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class StudyTablePageTests(BrowserWorld world)
{
    private static readonly string[] Names =
    [
        "Source only", "BDL", "IDA", "DTST", "FGGAN (FADA)", "FDA", "CAG", "GAN-aligned (ours)", "coarse align. (ours)", "coarse-to-fine <b>(ours)</b>",
    ];

    private static readonly string[] Classes = ["road", "sidewalk", "building", "train"];

    private static readonly Guid Id = Guid.CreateVersion7();

    [Fact]
    public async Task The_best_of_a_column_is_bold_and_what_is_missing_is_quiet()
    {
        await using WatchedPage watched = await OpenAsync(1280, ColorScheme.Light);
        ILocator table = watched.Page.GetByRole(AriaRole.Table, new() { Name = "IoU in percent by arm and class" });
        await Expect(table.GetByRole(AriaRole.Columnheader)).ToHaveTextAsync(["Arm", "road", "sidewalk", "building", "mIoU of few", "mIoU", "±", "n", "Seconds"]);
        ILocator last = table.GetByRole(AriaRole.Row).Nth(10), before = table.GetByRole(AriaRole.Row).Nth(9), first = table.GetByRole(AriaRole.Row).Nth(1);
        await Expect(last.GetByRole(AriaRole.Rowheader)).ToHaveTextAsync(Names[^1]);
        await Expect(last.GetByRole(AriaRole.Cell)).ToHaveTextAsync(["best: 50.0", "best: 59.0", "–", "best: 39.0", "best: 49.0", "0.5", "3", "1,234"]);
        await Expect(before.GetByRole(AriaRole.Cell)).ToHaveTextAsync(["50.0", "58.0", "–", "38.0", "48.0", "0.5", "3", "1,234"]); // less before rounding
        await Expect(first.GetByRole(AriaRole.Cell)).ToHaveTextAsync(["49.9", "50.0", "12.3", "30.0", "40.0", "–", "1", "1,234"]);
        await Expect(table.GetByRole(AriaRole.Row).Nth(2).GetByRole(AriaRole.Cell)).ToHaveTextAsync(["–", "–", "–", "–", "–", "–", "0", "–"]);
        await Expect(table.Locator("strong")).ToHaveCountAsync(4);
        await Expect(watched.Page.GetByText("No evaluation image has train.")).ToBeVisibleAsync();
        await watched.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Each_image_stands_beside_what_every_arm_says_of_it()
    {
        await using WatchedPage watched = await OpenAsync(1280, ColorScheme.Light);
        watched.Expect(503);
        int refused = 0;
        await watched.Page.RouteAsync("**/samples/001/label?arm=3*", async route =>
        {
            if (++refused > 1) await route.ContinueAsync();
            else await route.FulfillAsync(new() { Status = 503, Headers = [new("Retry-After", "1")], ContentType = "application/problem+json", Body = "{}" });
        });
        ILocator grid = watched.Page.GetByRole(AriaRole.Table, new() { Name = "Sample predictions" });
        await grid.ScrollIntoViewIfNeededAsync();
        await Expect(grid.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(12);
        await Expect(grid.GetByRole(AriaRole.Columnheader).Nth(11)).ToContainTextAsync(Names[^1]);
        await Expect(grid.GetByRole(AriaRole.Columnheader).Nth(11)).ToContainTextAsync("49.0 %");
        await Expect(grid.GetByRole(AriaRole.Img, new() { Name = "Prediction of BDL on 001: not trained yet" })).ToBeVisibleAsync();
        await Expect(grid.GetByRole(AriaRole.Img, new() { Name = "Prediction of IDA on 001: no model" })).ToBeVisibleAsync();
        await grid.GetByRole(AriaRole.Columnheader).Last.ScrollIntoViewIfNeededAsync(); // the far columns come when somebody looks
        await Expect(grid.Locator("img")).ToHaveCountAsync(3 * 10);
        Assert.Equal(2, refused); // turned away once, and asked again
        await watched.ScreenshotAsync("page-study-ten-arms", fullPage: true);
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
    }

    [Fact]
    public async Task It_fits_a_phone()
    {
        await using WatchedPage watched = await OpenAsync(390, ColorScheme.Dark);
        await Expect(watched.Page.GetByRole(AriaRole.Table, new() { Name = "Sample predictions" })).ToBeVisibleAsync();
        await watched.AssertFitsAsync();
        await watched.AssertAccessibleAsync();
        await watched.ScreenshotAsync("page-study-phone", fullPage: true);
    }

    private async Task<WatchedPage> OpenAsync(int width, ColorScheme scheme)
    {
        WatchedPage watched = await world.OpenAsync("/studies", width, scheme);
        await watched.Page.RouteAsync($"**/api/v1/studies/{Id}", route => route.FulfillAsync(new() { Json = Study() }));
        await watched.Page.RouteAsync($"**/api/v1/studies/{Id}/predictions", route => route.FulfillAsync(new() { Json = Predictions() }));
        await watched.Page.GotoAsync($"/studies/{Id}");
        return watched;
    }

    private object Study() => new
    {
        id = Id,
        name = "the paper's tables",
        status = "running",
        template = "tables",
        createdAt = Support.Samples.Now,
        @base = new { source = new[] { world.Source }, target = world.Target, evaluation = world.Truth, labelSpace = world.Space, preset = "tiny" },
        seeds = new[] { 1, 2, 3 },
        runsTotal = 30,
        runsEnded = 24,
        warnings = Array.Empty<string>(),
        links = new { },
        arms = Names.Select((name, i) => new
        {
            name,
            options = new { method = "fda" },
            runs = Array.Empty<object>(),
            miou = Spread(i, 0.40 + (0.01 * i)),
            subsets = Trained(i) ? new Dictionary<string, object?> { ["few"] = Spread(i, 0.30 + (0.01 * i)) } : [],
            perClass = Classes.Select((c, k) => new { index = k, name = c, iou = Spread(i, Iou(i, c)) }),
            seconds = Spread(i, 1234.4),
        }),
    };

    // Roads of the last two look alike when rounded; one arm alone has buildings; nobody has trains.
    private static double? Iou(int arm, string name) => name switch
    {
        "road" => arm == 9 ? 0.50041 : arm == 8 ? 0.5004 : 0.499,
        "sidewalk" => 0.50 + (0.01 * arm),
        "building" => arm == 0 ? 0.123 : null,
        _ => null,
    };

    private static object? Spread(int arm, double? mean) =>
        mean is null || !Trained(arm) ? null : new { mean, sd = arm == 0 ? (double?)null : 0.005, n = arm == 0 ? 1 : 3 };

    private static bool Trained(int arm) => arm is not (1 or 2);

    private object Predictions() => new
    {
        dataset = world.Truth,
        classes = new[] { new { index = 0, name = "road", color = new[] { 128, 64, 128 } }, new { index = 1, name = "sky", color = new[] { 70, 130, 180 } } },
        arms = Names.Select((name, i) => new
        {
            name,
            checkpoint = Trained(i) ? $"{i}" : null,
            miou = Trained(i) ? 0.40 + (0.01 * i) : (double?)null,
            pending = i == 1,
        }),
        images = new[] { "000", "001", "002" }.Select(sample => new
        {
            sample,
            width = BrowserWorld.Width,
            height = BrowserWorld.Height,
            photo = $"/api/v1/datasets/{world.Truth}/samples/{sample}/image",
            truth = $"/api/v1/datasets/{world.Truth}/samples/{sample}/label",
            predictions = Names.Select((_, i) => $"/api/v1/datasets/{world.Truth}/samples/{sample}/label?arm={i}"),
        }),
    };
}
