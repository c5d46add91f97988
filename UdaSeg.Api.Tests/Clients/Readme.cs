using UdaSeg.Api.Tests.Architecture;
using Xunit;

namespace UdaSeg.Api.Tests.Clients;

/// <summary>The examples that the README shows, so that they can be tried.</summary>
internal static class Readme
{
    /// <returns>The lines of the only block in that language.</returns>
    public static IReadOnlyList<string> Block(string language)
    {
        string[] lines = File.ReadAllLines(Path.Combine(SourceTree.Root, "README.md"));
        string fence = $"```{language}";
        Assert.Single(lines, fence);
        return [.. lines.SkipWhile(l => l != fence).Skip(1).TakeWhile(l => l != "```")];
    }
}
