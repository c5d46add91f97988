using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace UdaSeg.Api.Tests.Architecture;

/// <summary>House rules of the web pages' files.</summary>
public sealed partial class PageFilesTests
{
    private const int MaxWidth = 170;

    private static readonly string Site = Path.Combine(SourceTree.Root, "UdaSeg.Api", "Pages", "site");

    private static readonly string NodeModules = Path.Combine(SourceTree.Root, "UdaSeg.Api.Tests", "node", "node_modules");

    /// <summary>Vendored files, and where their package has them.</summary>
    private static readonly (string File, string Original)[] Vendored =
    [
        ("preact/preact.mjs", "preact/dist/preact.mjs"),
        ("preact/hooks.mjs", "preact/hooks/dist/hooks.mjs"),
        ("preact/LICENSE", "preact/LICENSE"),
        ("htm/htm.mjs", "htm/dist/htm.mjs"),
        ("htm/LICENSE", "htm/LICENSE"),
        ("echarts/echarts.esm.min.mjs", "echarts/dist/echarts.esm.min.mjs"),
        ("echarts/LICENSE", "echarts/LICENSE"),
        ("echarts/NOTICE", "echarts/NOTICE"),
        ("echarts/LICENSE-d3", "echarts/licenses/LICENSE-d3"),
        ("echarts/LICENSE-zrender", "zrender/LICENSE"),
    ];

    [Fact]
    public void Vendored_files_are_their_packages_own_byte_for_byte()
    {
        string vendor = Path.Combine(Site, "vendor");
        string[] found = [.. Directory.EnumerateFiles(vendor, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(vendor, f).Replace('\\', '/')).Order()];
        Assert.Equal(Vendored.Select(v => v.File).Order(), found);
        Assert.All(Vendored, v => Assert.True(
            File.ReadAllBytes(Path.Combine(vendor, v.File)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(NodeModules, v.Original))), v.File));
    }

    [Fact]
    public void Vendored_versions_are_the_ones_that_are_written_down()
    {
        JsonElement pinned = JsonElement.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "UdaSeg.Api.Tests", "node", "package.json"))).GetProperty("dependencies");
        string decision = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "decisions", "ADR-015-web-pages.md"));
        foreach (string name in (string[])["preact", "htm", "echarts"]) Assert.Contains($"| {name} | {pinned.GetProperty(name).GetString()} |", decision);
    }

    [Fact]
    public void Scripts_stay_within_a_concept_and_a_line_within_sight() =>
        Assert.Empty(Scripts().SelectMany(f => SourceRules.TooLong(f.Path, f.Text).Concat(TooWide(f.Path, f.Text))));

    [Fact]
    public void Pages_name_no_other_server() => Assert.Empty(Texts().SelectMany(f => Foreign().Matches(f.Text).Select(m => $"{f.Path}: {m.Value}")));

    [Fact]
    public void Every_module_that_is_imported_exists()
    {
        string[] lost = [.. Scripts().SelectMany(f => Imports().Matches(f.Text).Select(m => (f.Path, Target: m.Groups["to"].Value)))
            .Where(i => i.Target.StartsWith('.') && !File.Exists(Path.GetFullPath(Path.Combine(Site, Path.GetDirectoryName(i.Path)!, i.Target))))
            .Select(i => $"{i.Path}: {i.Target}")];
        Assert.Empty(lost);
    }

    [Fact]
    public void Addresses_of_the_interface_are_written_in_one_module_only() =>
        Assert.Equal(["lib/api.js"], Scripts().Where(f => f.Text.Contains("fetch(", StringComparison.Ordinal)).Select(f => f.Path));

    private static IEnumerable<string> TooWide(string path, string text) =>
        text.Split('\n').Select((line, i) => (line, i)).Where(l => l.line.Length > MaxWidth).Select(l => $"{path}:{l.i + 1}: {l.line.Length} characters");

    private static IEnumerable<(string Path, string Text)> Scripts() => Texts().Where(f => f.Path.EndsWith(".js", StringComparison.Ordinal));

    private static IEnumerable<(string Path, string Text)> Texts() =>
        Directory.EnumerateFiles(Site, "*", SearchOption.AllDirectories)
        .Select(f => (Path: Path.GetRelativePath(Site, f).Replace('\\', '/'), File: f))
        .Where(f => !f.Path.StartsWith("vendor/", StringComparison.Ordinal))
        .Select(f => (f.Path, File.ReadAllText(f.File)));

    // XML namespaces are names, not addresses.
    [GeneratedRegex(@"https?://(?!www\.w3\.org/)[^\s""'`)]+")]
    private static partial Regex Foreign();

    [GeneratedRegex(@"(?:from|import)\s*\(?\s*""(?<to>[^""]+)""")]
    private static partial Regex Imports();
}
