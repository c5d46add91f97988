namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <summary>Paths with every link followed.</summary>
internal static class RealPath
{
    // As the kernel's limit: more means a cycle.
    private const int MaxLinks = 40;

    /// <returns>An absolute path without links; parts that do not exist are kept as they are.</returns>
    /// <exception cref="IOException">When links lead in a circle.</exception>
    public static string Of(string path)
    {
        int links = 0;
        return Resolve(Path.GetFullPath(path), ref links);
    }

    /// <returns>True when <paramref name="path"/> is <paramref name="folder"/> or lies below it. Both without links.</returns>
    public static bool IsInside(string path, string folder)
    {
        string trimmed = Path.TrimEndingDirectorySeparator(folder);
        if (path == trimmed || path == folder) return true;
        string prefix = Path.EndsInDirectorySeparator(trimmed) ? trimmed : trimmed + Path.DirectorySeparatorChar;
        return path.StartsWith(prefix, StringComparison.Ordinal);
    }

    private static string Resolve(string path, ref int links)
    {
        string resolved = Path.GetPathRoot(path)!;
        foreach (string part in path[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(resolved, part);
            string? target = new FileInfo(next).LinkTarget;
            if (target is null)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks) throw new IOException("Too many links.");
            resolved = Resolve(Path.GetFullPath(target, resolved), ref links);
        }

        return resolved;
    }
}
