using System.Globalization;
using System.Text;
using System.Xml;

namespace UdaSeg.Api.Reports;

/// <summary>Text and figures in HTML and SVG.</summary>
internal static class Markup
{
    /// <summary>What a figure is where there is none.</summary>
    public const string None = "–";

    /// <summary>Escapes text that users gave, for elements and for quoted attributes. Characters that XML forbids become U+FFFD.</summary>
    public static string Text(string? text)
    {
        var result = new StringBuilder();
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            Rune.DecodeFromUtf16(rest, out Rune rune, out int length); // a lone surrogate is decoded as U+FFFD
            rest = rest[length..];
            switch (rune.Value)
            {
                case '&': result.Append("&amp;"); break;
                case '<': result.Append("&lt;"); break;
                case '>': result.Append("&gt;"); break;
                case '"': result.Append("&quot;"); break;
                case '\'': result.Append("&#39;"); break;
                default: result.Append((rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune).ToString()); break;
            }
        }

        return result.ToString();
    }

    /// <summary>The first characters, where there is no room for more; escaped.</summary>
    public static string Short(string text, int length) => Text(text.Length <= length ? text : text[..(length - 1)] + "…");

    /// <param name="share">0..1.</param>
    /// <returns>Such as <c>93.1 %</c>.</returns>
    public static string Percent(double? share) => share is { } s ? string.Create(CultureInfo.InvariantCulture, $"{100 * s:F1} %") : None;

    /// <returns>With separators, such as <c>12,345</c>.</returns>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <returns>As an attribute of SVG holds it: at most three decimals.</returns>
    public static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <returns>To the minute, UTC.</returns>
    public static string Time(DateTimeOffset? time) => time is { } t ? t.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : None;
}
