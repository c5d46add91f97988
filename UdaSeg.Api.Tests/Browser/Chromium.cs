using Microsoft.Playwright;

namespace UdaSeg.Api.Tests.Browser;

/// <summary>The browser of the distribution; without one, that which the browser driver's own installer fetched (see <c>./test</c>).</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "google-chrome"];

    public static BrowserTypeLaunchOptions Options => new()
    {
        ExecutablePath = Find(),
        // The sandbox needs privileges that a container does not give; the rest keeps the browser from talking to its maker.
        Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    };

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);
}
