using System.Buffers.Text;
using System.Globalization;
using System.Text;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Requests;

/// <summary>The cursor of a list that never changes: how far it was read.</summary>
internal static class PositionCursor
{
    /// <returns>0 without a cursor.</returns>
    /// <exception cref="RuleViolationException"><c>invalid-cursor</c> (400).</exception>
    public static int Read(string? cursor)
    {
        if (cursor is null) return 0;
        try
        {
            if (int.TryParse(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)), NumberStyles.None, CultureInfo.InvariantCulture, out int start))
            {
                return start;
            }
        }
        catch (FormatException)
        {
            // falls through: the answer is the same for every way of being wrong
        }

        throw new RuleViolationException(RuleKind.Malformed, "invalid-cursor", "The cursor is not one that a list answered.");
    }

    /// <returns>Null at the list's end.</returns>
    public static string? After(int end, int count) =>
        end < count ? Base64Url.EncodeToString(Encoding.ASCII.GetBytes(end.ToString(CultureInfo.InvariantCulture))) : null;
}
