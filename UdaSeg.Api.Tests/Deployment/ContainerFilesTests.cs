using System.Text.RegularExpressions;
using UdaSeg.Api.Tests.Architecture;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Deployment;

/// <summary>No engine runs the image here, so what can be read off its files is: names of files, settings and variables that must exist.</summary>
public sealed partial class ContainerFilesTests
{
    private static readonly string Docker = Read("Dockerfile");
    private static readonly string Compose = Read("compose.yaml");

    [Fact]
    public void Every_file_that_the_image_copies_exists_and_is_let_through()
    {
        string[] copied = [.. Copy().Matches(Docker).SelectMany(m => m.Groups["from"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        string[] kept = [.. Read(".dockerignore").Split('\n').Where(l => l.StartsWith('!')).Select(l => l[1..])];

        Assert.True(copied.Length >= 8);
        Assert.All(copied, c => Assert.True(Path.Exists(Path.Combine(SourceTree.Root, c)), c));
        Assert.All(copied, c => Assert.Contains(kept, k => k == c || (k.EndsWith('*') && c.StartsWith(k[..^1], StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_setting_that_they_name_is_one()
    {
        string[] named = [.. Setting().Matches(Docker + Compose + Read("deploy/bare")).Select(m => m.Groups["name"].Value).Distinct()];

        Assert.True(named.Length >= 8);
        Assert.All(named, n => Assert.True(IsSetting(typeof(UdaSegSettings), n.Split("__")), n));
        Assert.False(IsSetting(typeof(UdaSegSettings), ["Artifacts", "S3", "Buckets"]));
    }

    [Fact]
    public void Every_secret_comes_from_the_environment_and_the_example_has_it()
    {
        string[] asked = [.. Variable().Matches(Compose).Select(m => m.Groups["name"].Value).Distinct()];
        string example = Read("deploy/example.env");

        Assert.True(asked.Length >= 5);
        Assert.All(asked, a => Assert.Contains(a + "=", example));
    }

    [Fact]
    public void The_image_does_not_run_as_root_and_asks_for_its_health()
    {
        string last = Docker[Docker.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        Assert.Matches(@"\nUSER [1-9]\d*:[1-9]\d*\n", last);
        Assert.Contains("\"health\", \"--url\"", last);
        Assert.Contains("--mount=type=cache", Docker);
    }

    private static bool IsSetting(Type type, string[] path)
    {
        if (path.Length == 0) return true;
        if (int.TryParse(path[0], out _)) return type.IsGenericType && IsSetting(type.GetGenericArguments()[0], path[1..]);
        return type.GetProperty(path[0]) is { } property && IsSetting(property.PropertyType, path[1..]);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(SourceTree.Root, path));

    [GeneratedRegex("^COPY (?!--from)(?<from>.+) [^ ]+$", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex("UdaSeg__(?<name>[A-Za-z0-9_]+)(?==|:)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\$\{(?<name>[A-Z0-9_]+)[:}]")]
    private static partial Regex Variable();
}
