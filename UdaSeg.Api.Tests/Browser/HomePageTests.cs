using System.Text.Json;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

[Collection(nameof(BrowserCollection))]
public sealed class HomePageTests(BrowserWorld world)
{
    [Fact]
    public async Task The_start_page_shows_the_run_and_what_is_served()
    {
        await using WatchedPage watched = await world.OpenAsync("/");
        await Expect(await LatestRunAsync(watched.Page)).ToBeVisibleAsync();
        ILocator row = watched.Page.GetByRole(AriaRole.Row).Filter(new() { Has = watched.Page.GetByRole(AriaRole.Rowheader, new() { Name = "default", Exact = true }) });
        await Expect(row.GetByRole(AriaRole.Link)).ToHaveTextAsync(world.Checkpoints[^1][^8..]);
        JsonElement latest = await LatestAsync();
        if (latest.Text("status") is "succeeded" or "cancelled" or "failed")
        {
            int share = (int)Math.Round(100.0 * latest.GetProperty("iteration").GetInt32() / latest.GetProperty("totalIterations").GetInt32());
            await Expect(watched.Page.GetByRole(AriaRole.Progressbar).First).ToHaveAttributeAsync("aria-valuenow", $"{share}");
        }

        await Expect(watched.Page.GetByRole(AriaRole.Link, new() { Name = "API explorer" })).ToHaveAttributeAsync("href", "/swagger");
        await Expect(watched.Page.GetByRole(AriaRole.Link, new() { Name = "Health" })).ToHaveAttributeAsync("href", "/health/ready");
        await watched.ScreenshotAsync("page-home");
    }

    [Fact]
    public async Task The_pages_are_walked_by_keyboard()
    {
        await using WatchedPage watched = await world.OpenAsync("/");
        IPage page = watched.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByText("Skip to the content")).ToBeFocusedAsync();
        foreach (string _ in (string[])["brand", "Align", "Segment"]) await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Navigation).GetByText("Segment")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync($"{world.Root}/segment");
        await Expect(page).ToHaveTitleAsync("Segment · UdaSeg");
        await page.GoBackAsync();
        await Expect(page).ToHaveTitleAsync("UdaSeg");
    }

    [Fact]
    public async Task A_chosen_theme_outlasts_the_visit()
    {
        await using WatchedPage watched = await world.OpenAsync("/");
        ILocator root = watched.Page.Locator(":root");
        await Expect(root).ToHaveCSSAsync("color-scheme", "light");
        await watched.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: auto" }).ClickAsync();
        await watched.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: light" }).ClickAsync();
        await Expect(root).ToHaveCSSAsync("color-scheme", "dark");
        await watched.Page.ReloadAsync();
        await Expect(root).ToHaveCSSAsync("color-scheme", "dark");
    }

    [Theory]
    [InlineData("/", 1280, ColorScheme.Light)]
    [InlineData("/", 390, ColorScheme.Dark)]
    public async Task The_start_page_is_accessible_and_fits(string path, int width, ColorScheme scheme)
    {
        await using WatchedPage watched = await world.OpenAsync(path, width, scheme);
        await Expect(await LatestRunAsync(watched.Page)).ToBeVisibleAsync();
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
    }

    private async Task<JsonElement> LatestAsync() => (await world.Client.GetJsonAsync("/api/v1/training-runs?limit=1")).GetProperty("items")[0];

    // Other tests submit runs too.
    private async Task<ILocator> LatestRunAsync(IPage page)
    {
        JsonElement latest = await LatestAsync();
        return page.Locator($"a[href='/runs/{latest.Text("id")}']", new() { HasText = latest.Text("name") });
    }
}
