using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>Limits that hold before pixels are allocated.</summary>
internal static class ImageLimits
{
    /// <summary>For data sets, whose files are trusted more than requests' bodies.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    /// <exception cref="RuleViolationException"><c>image-too-large</c> (413), with limit and actual in pixels.</exception>
    public static void RequirePixels(long pixels, long limit)
    {
        if (pixels <= limit) return;
        throw new RuleViolationException(RuleKind.TooLarge, "image-too-large", $"The image has {pixels} pixels; {limit} are allowed.") { Exceeded = (limit, pixels) };
    }
}
