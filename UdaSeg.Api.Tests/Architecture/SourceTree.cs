namespace UdaSeg.Api.Tests.Architecture;

/// <summary>The sources that the running tests were built from.</summary>
internal static class SourceTree
{
    private static readonly string[] Projects = ["UdaSeg.Domain", "UdaSeg.Infrastructure", "UdaSeg.Api", "UdaSeg.Demo", "UdaSeg.Api.Tests", "clients"];

    public static string Root { get; } = FindRoot();

    /// <returns>Path relative to the root, with forward slashes, and text of every C# file that a person wrote.</returns>
    public static IReadOnlyList<(string Path, string Text)> Files(params string[] projects) =>
    [
        .. (projects.Length == 0 ? Projects : projects)
            .SelectMany(p => Directory.EnumerateFiles(System.IO.Path.Combine(Root, p), "*.cs", SearchOption.AllDirectories))
            .Select(f => (Path: System.IO.Path.GetRelativePath(Root, f).Replace('\\', '/'), Text: File.ReadAllText(f)))
            .Where(f => !f.Path.Contains("/obj/", StringComparison.Ordinal) && !f.Path.Contains("/bin/", StringComparison.Ordinal))
            .Where(f => !f.Path.Contains("/Migrations/", StringComparison.Ordinal) && f.Path != "clients/csharp/UdaSegClient.cs"),
    ];

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "UdaSeg.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from inside the source tree.");
    }
}
