using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.Ports;

public enum ImageFormat
{
    Png,
    Jpeg,
    Webp,
}

/// <param name="Format">By content, never by name.</param>
/// <param name="Width">As the file states it, before EXIF orientation.</param>
/// <param name="Height">As the file states it, before EXIF orientation.</param>
public sealed record ImageHeader(ImageFormat Format, int Width, int Height);

/// <summary>Pixels from and to files. Implementations read the header before they allocate pixels.</summary>
public interface IImageCodec
{
    /// <summary>Reads the header only.</summary>
    /// <exception cref="RuleViolationException"><c>unsupported-image</c> (415) when it is no PNG, JPEG or WebP; <c>undecodable-image</c> (422) when the header is broken.</exception>
    ImageHeader Identify(ReadOnlySpan<byte> file);

    /// <summary>Decodes to 8-bit RGB with EXIF orientation applied; transparency is composed over black; 16-bit is reduced, CMYK converted; of an animation the first picture.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="maxPixels">Refused beforehand if the header claims more.</param>
    /// <param name="maxSide">Refused beforehand if the header claims a longer side.</param>
    /// <returns>Its pixels come from the <see cref="PixelPool"/>; whoever is done with them may return them.</returns>
    /// <exception cref="RuleViolationException"><c>unsupported-image</c> (415), <c>undecodable-image</c> (422), <c>image-too-large</c> (413).</exception>
    RgbImage Decode(ReadOnlySpan<byte> file, long maxPixels = long.MaxValue, int maxSide = int.MaxValue);

    /// <param name="image">What is encoded.</param>
    /// <param name="format">The container.</param>
    /// <param name="output">Receives the file; stays open.</param>
    /// <param name="quality">0..100, for JPEG and WebP.</param>
    void Encode(RgbImage image, ImageFormat format, Stream output, int quality = 92);
}

public static class ImageCodecExtensions
{
    /// <returns>The file.</returns>
    public static byte[] Encode(this IImageCodec codec, RgbImage image, ImageFormat format, int quality = 92)
    {
        using var file = new MemoryStream();
        codec.Encode(image, format, file, quality);
        return file.ToArray();
    }
}
