using System.Text;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Imaging.Datasets.Archives;

/// <summary>Names inside an archive, which its maker chose: only plain relative paths that mean the same on every system are let through.</summary>
internal static class EntryNames
{
    /// <summary>Characters of a whole name.</summary>
    public const int MaxLength = 512;

    /// <summary>Bytes of UTF-8 of one part; file systems take no more.</summary>
    public const int MaxPartBytes = 255;

    /// <returns>What is wrong with the name; null when nothing is. A folder's name may end with <c>/</c>.</returns>
    public static string? Fault(string name)
    {
        if (name.Length == 0) return "is empty";
        if (name.Length > MaxLength) return $"is longer than {MaxLength} characters";
        if (name.Any(char.IsControl) || !IsPaired(name)) return "holds control characters";
        if (name.Contains('\\')) return "holds a backslash";
        if (name.Contains(':')) return "holds a colon, as drive letters do";
        if (name[0] == '/') return "is absolute";
        string[] parts = (name[^1] == '/' ? name[..^1] : name).Split('/');
        foreach (string part in parts)
        {
            if (part.Length == 0) return "has an empty part";
            if (part[^1] is '.' or ' ') return "has a part that ends with a dot or a space"; // "." and ".." among them
            if (IsDevice(part)) return "has a part that is a device's name on some systems";
            if (Encoding.UTF8.GetByteCount(part) > MaxPartBytes) return $"has a part longer than {MaxPartBytes} bytes";
        }

        return null;
    }

    /// <summary>The least that any name must keep to: it stays inside the folder that is unpacked to.</summary>
    /// <returns>What is wrong with the name; null when nothing is.</returns>
    public static string? Escape(string name)
    {
        if (name.Length == 0) return "is empty";
        if (Path.IsPathRooted(name)) return "is absolute";
        if (name.Contains('\0')) return "holds control characters";
        foreach (string part in name.Split('/', Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            if (part.Length == 0) return "has an empty part";
            if (part is "." or "..") return "has a part that is no name";
        }

        return null;
    }

    /// <summary>Hidden files and what one system's archiver adds: never part of a data set, so they are checked but not unpacked.</summary>
    public static bool IsClutter(string name) => name.Split('/').Any(part => part.StartsWith('.') || part == "__MACOSX");

    /// <exception cref="RuleViolationException"><c>archive-unsafe</c> (422).</exception>
    public static RuleViolationException Unsafe(string name, string fault) => new(
        RuleKind.Unusable, "archive-unsafe", $"The archive is refused: its entry '{Shown(name)}' {fault}.");

    // With any extension too.
    private static bool IsDevice(string part)
    {
        string stem = part.Split('.')[0].TrimEnd().ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" || (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.Ordinal)
            || stem.StartsWith("LPT", StringComparison.Ordinal)) && char.IsDigit(stem[3]));
    }

    // Names come from outside: short, and without anything that a terminal or a log would act upon.
    internal static string Shown(string name)
    {
        string start = name.Length > 80 ? name[..80] + "…" : name;
        return string.Concat(start.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }

    private static bool IsPaired(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (!char.IsSurrogate(name[i])) continue;
            if (i + 1 >= name.Length || !char.IsSurrogatePair(name[i], name[i + 1])) return false;
            i++;
        }

        return true;
    }
}
