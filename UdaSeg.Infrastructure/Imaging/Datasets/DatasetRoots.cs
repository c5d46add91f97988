using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <param name="Root">The allow-listed folder, as configured.</param>
/// <param name="FullPath">The folder found below it, with links followed.</param>
internal sealed record ResolvedFolder(string Root, string FullPath);

/// <summary>Finds a client's relative path below allow-listed folders and nowhere else. Messages show the client's own text, never a server's path.</summary>
internal static class DatasetRoots
{
    /// <summary>Tries the roots in their order.</summary>
    /// <exception cref="RuleViolationException">
    /// <c>path-outside-roots</c> (422) when the path is rooted, holds <c>..</c> or leads out by a link; <c>dataset-path-not-found</c> (422) when no root has such a folder.
    /// </exception>
    public static ResolvedFolder Resolve(IReadOnlyList<string> roots, string path)
    {
        RequireRelative(path);
        foreach (string root in roots)
        {
            if (!Directory.Exists(Path.Combine(root, path))) continue;
            return new ResolvedFolder(root, RequireInside(root, Path.Combine(root, path), path));
        }

        throw NotFound(path);
    }

    /// <summary>A folder's sub-folder that a client named, under the same rules as the path itself.</summary>
    /// <param name="root">The allow-listed folder, which the sub-folder must not leave.</param>
    /// <param name="folder">Below the root.</param>
    /// <param name="path">Relative to <paramref name="folder"/>; <c>.</c> is the folder itself.</param>
    /// <exception cref="RuleViolationException">As <see cref="Resolve"/>.</exception>
    public static string SubFolder(string root, string folder, string path)
    {
        RequireRelative(path);
        string full = Path.Combine(folder, path);
        return Directory.Exists(full) ? RequireInside(root, full, path) : throw NotFound(path);
    }

    /// <returns>The path with links followed.</returns>
    /// <exception cref="RuleViolationException"><c>path-outside-roots</c> (422).</exception>
    public static string RequireInside(string root, string fullPath, string shown)
    {
        string real;
        try
        {
            real = RealPath.Of(fullPath);
        }
        catch (IOException e)
        {
            throw Outside(shown, e);
        }

        return RealPath.IsInside(real, RealPath.Of(root)) ? real : throw Outside(shown);
    }

    private static void RequireRelative(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw NotFound(path);
        bool rooted = Path.IsPathRooted(path) || path[0] is '/' or '\\' || (path.Length > 1 && path[1] == ':');
        if (rooted || path.Contains('\0') || path.Split('/', '\\').Contains("..")) throw Outside(path.Replace("\0", string.Empty));
    }

    private static RuleViolationException Outside(string path, Exception? inner = null) =>
        new(RuleKind.Unusable, "path-outside-roots", $"The path '{path}' must be relative and stay inside the allowed folders.", inner: inner);

    private static RuleViolationException NotFound(string path) =>
        new(RuleKind.Unusable, "dataset-path-not-found", $"There is no folder '{path}' in the allowed folders.");
}
