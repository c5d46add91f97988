namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <param name="Name">Relative to the folder, with <c>/</c>, ending and extension taken off.</param>
/// <param name="Path">Absolute, with links followed.</param>
internal sealed record FoundFile(string Name, string Path);

/// <summary>Lists the image files of a folder and its sub-folders. Hidden files are left out; links are followed, but never out of the root nor in circles.</summary>
internal static class ImageFolder
{
    private static readonly string[] s_extensions = [".png", ".jpg", ".jpeg", ".webp"];

    /// <param name="root">The allow-listed folder.</param>
    /// <param name="folder">Absolute, with links followed, inside the root.</param>
    /// <param name="ending">What a file's stem must end with; taken off its name.</param>
    /// <param name="except">A sub-folder to leave out, absolute; may be null.</param>
    /// <returns>In ordinal order of the names.</returns>
    public static List<FoundFile> List(string root, string folder, string ending, string? except = null)
    {
        var found = new List<FoundFile>();
        Walk(new DirectoryInfo(folder), "", []);
        found.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : string.CompareOrdinal(a.Path, b.Path));
        return found;

        void Walk(DirectoryInfo directory, string prefix, HashSet<string> parents)
        {
            if (directory.FullName == except || !parents.Add(directory.FullName)) return;
            foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos())
            {
                if (entry.Name[0] == '.') continue;
                string path = entry.LinkTarget is null ? entry.FullName : DatasetRoots.RequireInside(root, entry.FullName, prefix + entry.Name);
                if (Directory.Exists(path)) Walk(new DirectoryInfo(path), $"{prefix}{entry.Name}/", parents);
                else if (File.Exists(path) && Stem(entry.Name, ending) is { } stem) found.Add(new FoundFile(prefix + stem, path));
            }

            parents.Remove(directory.FullName);
        }
    }

    // Null when the file is no image of this kind.
    private static string? Stem(string fileName, string ending)
    {
        string extension = Path.GetExtension(fileName);
        if (!s_extensions.Contains(extension, StringComparer.OrdinalIgnoreCase)) return null;
        string stem = fileName[..^extension.Length];
        return stem.Length > ending.Length && stem.EndsWith(ending, StringComparison.Ordinal) ? stem[..^ending.Length] : null;
    }
}
