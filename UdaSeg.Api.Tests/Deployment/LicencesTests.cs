using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using UdaSeg.Api.Tests.Architecture;
using Xunit;

namespace UdaSeg.Api.Tests.Deployment;

/// <summary><c>docs/licences.md</c> against what was restored for the build: a package that is missing there, or whose licence nobody looked at, fails.</summary>
public sealed class LicencesTests
{
    private static readonly string[] Projects = ["UdaSeg.Domain", "UdaSeg.Infrastructure", "UdaSeg.Api", "UdaSeg.Demo", "UdaSeg.Api.Tests", "clients/csharp"];

    private static readonly string[] Permissive = ["Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "PostgreSQL"];

    /// <summary>Packages that have a file and no expression, or whose expression is that of the packaging only. Each was read.</summary>
    private static readonly Dictionary<string, string> ByHand = new()
    {
        ["Hangfire.AspNetCore"] = Lesser,
        ["Hangfire.Core"] = Lesser,
        ["Hangfire.InMemory"] = Lesser,
        ["Hangfire.NetCore"] = Lesser,
        ["Hangfire.PostgreSql"] = Lesser,
        ["Microsoft.ML.OnnxRuntime"] = "MIT",
        ["Microsoft.ML.OnnxRuntime.Managed"] = "MIT",
        ["Mono.Cecil"] = "MIT",
        ["NetArchTest.Rules"] = "MIT",
        ["libtorch-cpu-linux-x64"] = "BSD-3-Clause",
    };

    private const string Lesser = "LGPL-3.0-or-later";

    [Fact]
    public void The_list_of_licences_has_every_package_that_was_restored()
    {
        string path = Path.Combine(SourceTree.Root, "docs", "licences.md"), list = List();
        if (Environment.GetEnvironmentVariable("UDASEG_UPDATE_LICENCES") == "1") File.WriteAllText(path, list);

        string[] missing = [.. Rows(list).Except(Rows(File.ReadAllText(path)))], gone = [.. Rows(File.ReadAllText(path)).Except(Rows(list))];
        Assert.True(missing.Length + gone.Length == 0, "Run this test once with UDASEG_UPDATE_LICENCES=1 and commit docs/licences.md. "
            + $"Missing there: {string.Join(' ', missing)}. No longer used: {string.Join(' ', gone)}");
    }

    [Fact]
    public void Every_licence_is_permissive_but_that_of_the_queue()
    {
        Package[] packages = [.. Packages()];
        Assert.True(packages.Length > 100);
        Assert.DoesNotContain(packages, p => !Permissive.Contains(p.Licence) && !(p.Licence == Lesser && p.Name.StartsWith("Hangfire.", StringComparison.Ordinal)));
    }

    private static string List()
    {
        StringBuilder text = new("# Licences\n\nWhat UdaSeg (Apache-2.0) is built from. A test writes and keeps this list (`Deployment/LicencesTests`); ");
        text.Append("`deploy/sbom` writes it for machines.\n");
        Package[] all = [.. Packages()];
        Section(text, "Shipped", all.Where(p => p.Shipped));
        text.Append("\nHangfire is used unchanged, as a library that can be replaced. A build for CUDA ships `libtorch-cuda-12.8-linux-x64` in place of ")
            .Append("`libtorch-cpu-linux-x64`, with NVIDIA's redistributable libraries under NVIDIA's terms.\n\nThe web pages bring preact (MIT), htm (Apache-2.0) ")
            .Append("and echarts (Apache-2.0; in it zrender and d3, BSD-3-Clause) with their licence files, `UdaSeg.Api/Pages/site/vendor`.\n");
        Section(text, "For building and testing only", all.Where(p => !p.Shipped));
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, IEnumerable<Package> packages)
    {
        text.Append($"\n## {title}\n\n| package | version | licence |\n|---|---|---|\n");
        foreach (Package p in packages.OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ThenBy(p => p.Version, StringComparer.Ordinal))
        {
            text.Append($"| {p.Name} | {p.Version} | {p.Licence} |\n");
        }
    }

    private static IEnumerable<string> Rows(string list) => list.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal));

    private static IEnumerable<Package> Packages()
    {
        Dictionary<string, Package> found = [];
        foreach (string project in Projects)
        {
            using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SourceTree.Root, project, "obj", "project.assets.json")));
            string[] folders = [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name)];
            foreach (JsonProperty library in assets.RootElement.GetProperty("libraries").EnumerateObject())
            {
                if (library.Value.GetProperty("type").GetString() != "package") continue;
                string[] name = library.Name.Split('/');
                bool shipped = project == "UdaSeg.Api" || (found.TryGetValue(library.Name, out Package? known) && known.Shipped);
                found[library.Name] = new Package(name[0], name[1], LicenceOf(name[0], folders, library.Value.GetProperty("path").GetString()!), shipped);
            }
        }

        return found.Values;
    }

    private static string LicenceOf(string package, string[] folders, string path)
    {
        if (ByHand.TryGetValue(package, out string? read)) return read;
        string file = folders.Select(f => Path.Combine(f, path)).Where(Directory.Exists).SelectMany(f => Directory.GetFiles(f, "*.nuspec")).First();
        XElement? licence = XDocument.Load(file).Descendants().FirstOrDefault(e => e.Name.LocalName == "license");
        return licence?.Attribute("type")?.Value == "expression" ? licence.Value : "unknown: read it, and add it to LicencesTests";
    }

    private sealed record Package(string Name, string Version, string Licence, bool Shipped);
}
