using System.Globalization;
using System.Text;

namespace UdaSeg.Domain.Errors;

/// <summary>
/// Names that clients give to things. They are shown in pages, reports, logs and terminals, so what none of these can show as one line, or what makes a
/// name read otherwise than it is, is refused; letters of every script, emoji and marks of direction are not.
/// </summary>
public static class NameRule
{
    /// <param name="name">As posted.</param>
    /// <param name="most">Characters (UTF-16) that it may have.</param>
    public static bool Fits(string? name, int most) => !string.IsNullOrWhiteSpace(name) && name.Length <= most && IsPlain(name);

    /// <returns>False for control characters, line and paragraph ends, halves of a pair, and embeddings or overrides of the direction of reading.</returns>
    public static bool IsPlain(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069') return false;
            if (char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) return false;
            if (!char.IsSurrogate(c)) continue;
            if (!Rune.TryGetRuneAt(text, i, out _)) return false;
            i++;
        }

        return true;
    }
}
