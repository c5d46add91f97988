using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace UdaSeg.Api.Tests.Browser;

/// <summary>A page whose errors count: what it logs as an error, throws, or asks of another server fails the test that disposes it.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly List<string> _expected = [];

    internal WatchedPage(IPage page, string root)
    {
        Page = page;
        page.Console += (_, message) => Note(message.Type == "error", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.Request += (_, request) => Note(!IsOwn(request.Url, root), $"asked for {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>The browser itself logs a line for every answer of 4xx: a test that provokes one says so.</summary>
    public void Expect(int status) => _expected.Add($"status of {status}");

    /// <summary>No violation that axe calls serious or critical, in the page as it stands.</summary>
    public async Task AssertAccessibleAsync()
    {
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(NodeModules, "axe-core", "axe.min.js")));
        JsonElement? found = await Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.filter(v => ['serious', 'critical'].includes(v.impact))"
            + ".map(v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | ')}`)");
        string[] violations = [.. found!.Value.EnumerateArray().Select(v => v.GetString()!)];
        Assert.True(violations.Length == 0, string.Join('\n', violations));
    }

    /// <summary>The page itself never scrolls sideways; wide tables scroll within.</summary>
    public async Task AssertFitsAsync()
    {
        int overflow = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - window.innerWidth");
        Assert.True(overflow <= 0, $"{Page.Url} is {overflow} px wider than the window");
    }

    /// <summary>
    /// Keeps a picture of the page among the test results; with <c>UDASEG_UPDATE_SCREENSHOTS=1</c> also in <c>docs/images</c>, whence the README shows it.
    /// </summary>
    public async Task ScreenshotAsync(string name, bool fullPage = false)
    {
        string folder = Environment.GetEnvironmentVariable("UDASEG_UPDATE_SCREENSHOTS") == "1"
            ? Path.Combine(Repository, "docs", "images")
            : Path.Combine(AppContext.BaseDirectory, "TestResults", "screenshots");
        string path = Path.Combine(folder, $"{name}.png");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = fullPage, Animations = ScreenshotAnimations.Disabled });
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        if (TestContext.Current.TestState?.Result == TestResult.Failed) return; // the first failure says more
        Assert.True(_faults.IsEmpty, string.Join('\n', _faults));
    }

    internal static string NodeModules => Path.Combine(Repository, "UdaSeg.Api.Tests", "node", "node_modules");

    private static string Repository { get; } = RepositoryRoot();

    private void Note(bool isFault, string text)
    {
        if (isFault && !_expected.Any(e => text.Contains(e, StringComparison.Ordinal))) _faults.Enqueue(text);
    }

    private static bool IsOwn(string url, string root) =>
        url.StartsWith(root, StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal);

    private static string RepositoryRoot([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
