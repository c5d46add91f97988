using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>Limits that hold before pixels are allocated.</summary>
internal static class ImageLimits
{
    /// <summary>For data sets, whose files are trusted more than requests' bodies.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    /// <param name="width">As a header claims.</param>
    /// <param name="height">As a header claims.</param>
    /// <param name="maxPixels">Of the whole image.</param>
    /// <param name="maxSide">Of its width and of its height.</param>
    /// <exception cref="RuleViolationException"><c>image-too-large</c> (413), with limit and actual in pixels, of the image or of its longer side.</exception>
    public static void Require(int width, int height, long maxPixels, int maxSide)
    {
        RequirePixels((long)width * height, maxPixels);
        int side = Math.Max(width, height);
        if (side <= maxSide) return;
        throw new RuleViolationException(RuleKind.TooLarge, "image-too-large", $"The image is {width}×{height}; sides of at most {maxSide} pixels are allowed.")
        {
            Exceeded = (maxSide, side),
        };
    }

    /// <exception cref="RuleViolationException"><c>image-too-large</c> (413), with limit and actual in pixels.</exception>
    public static void RequirePixels(long pixels, long limit)
    {
        if (pixels <= limit) return;
        throw new RuleViolationException(RuleKind.TooLarge, "image-too-large", $"The image has {pixels} pixels; {limit} are allowed.")
        {
            Exceeded = (limit, pixels),
        };
    }
}
