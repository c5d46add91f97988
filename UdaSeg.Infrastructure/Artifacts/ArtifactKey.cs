using System.Text.RegularExpressions;

namespace UdaSeg.Infrastructure.Artifacts;

/// <summary>What may name an artifact, the same for every store: what one accepts, all accept.</summary>
internal static partial class ArtifactKey
{
    private const int MaxLength = 512;

    /// <exception cref="ArgumentException">
    /// When the key is not made of segments of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, divided by <c>/</c>.
    /// </exception>
    public static void Check(string key)
    {
        if (!IsKey(key)) throw new ArgumentException($"'{key}' is not a key of an artifact.", nameof(key));
    }

    public static bool IsKey(string key) => key.Length <= MaxLength && Pattern().IsMatch(key);

    /// <returns>The prefix up to its last <c>/</c>, without it; empty when there is none.</returns>
    /// <exception cref="ArgumentException">When that is not what keys can begin with.</exception>
    public static string FolderOf(string prefix)
    {
        int slash = prefix.LastIndexOf('/');
        if (slash < 0) return "";
        Check(prefix[..slash]);
        return prefix[..slash];
    }

    // A segment begins with no dot: this excludes "..", ".", and temporary files.
    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\z")]
    private static partial Regex Pattern();
}
