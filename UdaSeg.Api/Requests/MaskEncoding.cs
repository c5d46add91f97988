using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Requests;

/// <summary>How a PNG answer shows the classes.</summary>
internal enum MaskEncoding
{
    /// <summary>A pixel is the class's index; the palette holds the colours.</summary>
    Index,

    /// <summary>The class's colour.</summary>
    Color,

    /// <summary>The class's colour over the image.</summary>
    Overlay,
}

internal static class MaskEncodings
{
    /// <returns><see cref="MaskEncoding.Index"/> where there is no text, or after a fault was added.</returns>
    public static MaskEncoding Read(string? text, FaultList faults)
    {
        switch (text)
        {
            case null or "" or "index":
                return MaskEncoding.Index;
            case "color":
                return MaskEncoding.Color;
            case "overlay":
                return MaskEncoding.Overlay;
            default:
                faults.Add("encoding", $"'{text}' is none of index, color, overlay.");
                return MaskEncoding.Index;
        }
    }

    /// <exception cref="RuleViolationException"><c>invalid-encoding</c> (422).</exception>
    public static MaskEncoding Require(string? text)
    {
        var faults = new FaultList();
        MaskEncoding encoding = Read(text, faults);
        faults.ThrowIfAny("invalid-encoding", "The picture cannot be shown like this.");
        return encoding;
    }
}
