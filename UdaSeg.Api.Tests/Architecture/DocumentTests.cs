using System.Text.RegularExpressions;
using Xunit;

namespace UdaSeg.Api.Tests.Architecture;

/// <summary>Documents name files; files move.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Homes = ["UdaSeg.Domain", "UdaSeg.Infrastructure", "UdaSeg.Api"];

    [Fact]
    public void Every_file_that_the_paper_map_names_exists() => Assert.Empty(Lost(File.ReadAllText(Path.Combine(SourceTree.Root, "docs/paper-map.md"))));

    [Fact]
    public void A_file_that_is_gone_is_found() => Assert.Equal(["Training/Gone.cs"], Lost("| `Training/TrainingPlan.cs`, `Training/Gone.cs` |"));

    private static IEnumerable<string> Lost(string text) => SourceFile().Matches(text)
        .Select(m => m.Groups[1].Value)
        .Where(f => !Homes.Any(h => File.Exists(Path.Combine(SourceTree.Root, h, f))));

    [GeneratedRegex("`([^`]+\\.cs)`")]
    private static partial Regex SourceFile();
}
