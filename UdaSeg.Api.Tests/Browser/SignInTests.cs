using System.Net.Http.Json;
using Microsoft.Playwright;
using UdaSeg.Api.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace UdaSeg.Api.Tests.Browser;

/// <summary>A server of its own, as the others have no keys.</summary>
[CollectionDefinition(nameof(SignInCollection), DisableParallelization = true)]
public sealed class SignInCollection;

/// <summary>The pages, Swagger UI and the dashboard on a server that asks for keys.</summary>
[Collection(nameof(SignInCollection))]
public sealed class SignInTests : IAsyncLifetime
{
    private readonly ResourceHost _host = TestKeys.Host();
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private string _root = "", _set = "";

    public async ValueTask InitializeAsync()
    {
        string images = Path.Combine(_host.Root, "street", "images");
        Directory.CreateDirectory(images);
        await File.WriteAllBytesAsync(Path.Combine(images, "one.png"), ResourceHost.Png());
        _host.UseKestrel(0);
        _host.StartServer();
        using HttpClient client = _host.CreateClient();
        _root = client.BaseAddress!.ToString().TrimEnd('/');
        client.DefaultRequestHeaders.Add("X-Api-Key", TestKeys.Trainer);
        using HttpResponseMessage posted = await client.PostAsJsonAsync(
            "/api/v1/datasets", new { name = "street", domain = "target", layout = "folder", path = "street", labels = (string?)null });
        _set = (await posted.JsonAsync()).Text("id")!;
        await Eventually.GetAsync(() => client.GetJsonAsync($"/api/v1/datasets/{_set}"), d => d.Text("status") == "ready");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(Chromium.Options);
        SetDefaultExpectTimeout(30_000);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task A_page_asks_for_the_key_and_shows_pictures_and_files_with_it(int width, ColorScheme scheme)
    {
        await using WatchedPage watched = await OpenAsync($"/datasets/{_set}", width, scheme);
        IPage page = watched.Page;
        ILocator dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Sign in" });
        await Expect(dialog.GetByLabel("API key")).ToBeFocusedAsync();
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();

        watched.Expect(401);
        await page.Keyboard.TypeAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("unauthenticated");
        await SignInAsync(page, TestKeys.Viewer);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("street");
        await Expect(page.GetByRole(AriaRole.Banner)).ToContainTextAsync("the-viewer viewer");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete this data set" })).Not.ToBeVisibleAsync();
        await watched.AssertAccessibleAsync();
        await watched.AssertFitsAsync();
        Assert.Equal(12, await page.EvaluateAsync<int>(
            "async path => { const i = new Image(); i.src = path; await i.decode(); return i.naturalWidth; }", $"/api/v1/datasets/{_set}/samples/one/image"));
        IDownload file = await page.RunAndWaitForDownloadAsync(() => page.EvaluateAsync(
            "() => { const a = document.createElement('a'); a.href = '/api/v1/training-presets'; a.download = 'presets.json'; a.click(); }"));
        Assert.Contains("paper", await File.ReadAllTextAsync(await file.PathAsync(), TestContext.Current.CancellationToken));
        string kept = await page.EvaluateAsync<string>("() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])");
        Assert.DoesNotContain(TestKeys.Viewer, kept);
        Assert.DoesNotContain("udaseg-session", kept);
    }

    [Fact]
    public async Task A_session_that_ends_over_a_page_is_asked_for_again_and_signing_out_ends_it()
    {
        await using WatchedPage watched = await OpenAsync("/datasets");
        IPage page = watched.Page;
        await SignInAsync(page, TestKeys.Trainer);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "street" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Job queue" })).Not.ToBeVisibleAsync();
        await page.Context.ClearCookiesAsync();
        watched.Expect(401);
        await page.Locator("nav a[href='/checkpoints']").DispatchEventAsync("click"); // the page may have asked by itself already, and been told
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Your session has ended");
        await SignInAsync(page, TestKeys.Admin);
        await Expect(page.GetByRole(AriaRole.Banner)).ToContainTextAsync("the-admin admin");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Job queue" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Equal(401, await page.EvaluateAsync<int>("async () => (await fetch('/api/v1/limits')).status"));
    }

    [Fact]
    public async Task Swagger_UI_takes_the_key()
    {
        await using WatchedPage watched = await OpenAsync("/swagger/index.html");
        IPage page = watched.Page;
        await page.Locator(".auth-wrapper .authorize").ClickAsync();
        ILocator scheme = page.Locator(".auth-container", new() { HasText = "X-Api-Key" }).First;
        await scheme.Locator("input").FillAsync(TestKeys.Viewer);
        await scheme.Locator("button.authorize").ClickAsync();
        await page.Locator(".btn-done").First.ClickAsync();
        ILocator operation = page.Locator("#operations-Service-getLimits");
        await operation.Locator("button").First.ClickAsync();
        await operation.Locator(".try-out__btn").ClickAsync();
        await operation.Locator(".execute").ClickAsync();
        await Expect(operation.Locator(".live-responses-table .response .response-col_status").First).ToHaveTextAsync("200");
    }

    [Fact]
    public async Task An_administrator_sees_the_queue_and_cannot_change_it()
    {
        await using WatchedPage watched = await OpenAsync("/");
        IPage page = watched.Page;
        await SignInAsync(page, TestKeys.Admin);
        await page.GetByRole(AriaRole.Link, new() { Name = "Job queue" }).ClickAsync();
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("UdaSeg jobs"));
        await page.GotoAsync("/hangfire/jobs/succeeded");
        await Expect(page.Locator("body")).ToContainTextAsync("ValidationJob");
        await Expect(page.Locator("[data-ajax], .js-jobs-list-command")).ToHaveCountAsync(0);
        watched.Expect(401); // Hangfire's own word for it
        Assert.Equal(401, await page.EvaluateAsync<int>("async () => (await fetch('/hangfire/jobs/succeeded/requeue', { method: 'POST' })).status"));
    }

    private static async Task SignInAsync(IPage page, string key)
    {
        await page.GetByLabel("API key").FillAsync(key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    private async Task<WatchedPage> OpenAsync(string path, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = _root,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var page = new WatchedPage(await context.NewPageAsync(), _root);
        await page.Page.GotoAsync(path);
        return page;
    }
}
