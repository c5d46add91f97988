using System.Buffers;
using SkiaSharp;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging.Png;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>
/// Images by SkiaSharp. Safe for several threads. Colour profiles are not applied: the stored samples are taken as sRGB, as the tools do
/// that the method's data sets and reference figures come from.
/// </summary>
internal sealed class SkiaImageCodec : IImageCodec
{
    // Four bytes a pixel must fit an array, whatever limit the caller sets.
    private const long HardMaxPixels = 1L << 29;

    public ImageHeader Identify(ReadOnlySpan<byte> file)
    {
        ImageFormat format = FormatOf(file);
        if (format == ImageFormat.Png)
        {
            if (!PngHeader.TryParse(file, out PngHeader png)) throw Undecodable("its header is broken");
            return new ImageHeader(format, png.Width, png.Height);
        }

        return WithCodec(file, codec => new ImageHeader(format, codec.Info.Width, codec.Info.Height));
    }

    public RgbImage Decode(ReadOnlySpan<byte> file, long maxPixels = long.MaxValue, int maxSide = int.MaxValue)
    {
        ImageHeader header = Identify(file);
        ImageLimits.Require(header.Width, header.Height, Math.Min(maxPixels, HardMaxPixels), maxSide);
        if (header.Format == ImageFormat.Jpeg && file.Length < JpegFrame.LeastBytes(file)) throw Undecodable("it is too short for its size");
        SKEncodedOrigin? origin = header.Format == ImageFormat.Png ? (SKEncodedOrigin)PngExif.Orientation(file) : null;
        return WithCodec(file, codec => Decode(codec, origin ?? codec.EncodedOrigin));
    }

    public void Encode(RgbImage image, ImageFormat format, Stream output, int quality = 92)
    {
        int pixels = image.Width * image.Height;
        byte[] rgba = ArrayPool<byte>.Shared.Rent(checked(4 * pixels));
        try
        {
            PixelCopy.ToRgba(image.Pixels, rgba, pixels);
            Encode(rgba, new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), format, output, Math.Clamp(quality, 0, 100));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }

    private static ImageFormat FormatOf(ReadOnlySpan<byte> file)
    {
        if (PngHeader.HasSignature(file)) return ImageFormat.Png;
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return ImageFormat.Jpeg;
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8)) return ImageFormat.Webp;
        throw new RuleViolationException(RuleKind.Unsupported, "unsupported-image", "The file is not a PNG, JPEG or WebP image.");
    }

    // Skia answers broken input with null, with a result or with an exception: all of them mean the same here.
    private static unsafe T WithCodec<T>(ReadOnlySpan<byte> file, Func<SKCodec, T> use)
    {
        try
        {
            fixed (byte* start = file)
            {
                // Not copied: data and codec are gone before the span's memory may move.
                using SKData data = SKData.Create((nint)start, file.Length);
                using SKCodec codec = SKCodec.Create(data) ?? throw Undecodable("its header is broken");
                return use(codec);
            }
        }
        catch (Exception e) when (e is not (RuleViolationException or OutOfMemoryException))
        {
            throw Undecodable("the decoder gave up", e);
        }
    }

    private static unsafe RgbImage Decode(SKCodec codec, SKEncodedOrigin origin)
    {
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        byte[] rgba = ArrayPool<byte>.Shared.Rent(checked(4 * width * height));
        try
        {
            var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            SKCodecResult result;
            fixed (byte* pixels = rgba) result = codec.GetPixels(info, (nint)pixels, info.RowBytes, new SKCodecOptions(SKZeroInitialized.No));
            if (result != SKCodecResult.Success) throw Undecodable(result == SKCodecResult.IncompleteInput ? "it is cut off" : "its pixels are broken");
            return PixelCopy.ToUprightRgb(rgba, width, height, origin);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }

    private static unsafe void Encode(byte[] rgba, SKImageInfo info, ImageFormat format, Stream output, int quality)
    {
        fixed (byte* start = rgba)
        {
            using var pixels = new SKPixmap(info, (nint)start, info.RowBytes);
            using SKData data = format switch
            {
                ImageFormat.Png => pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub | SKPngEncoderFilterFlags.Up, 4)),
                ImageFormat.Jpeg => pixels.Encode(new SKJpegEncoderOptions(quality)),
                _ => pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)),
            } ?? throw Unencodable(info, format);
            output.Write(data.AsSpan());
        }
    }

    private static RuleViolationException Unencodable(SKImageInfo info, ImageFormat format) =>
        new(RuleKind.Unusable, "unencodable-image", $"An image of {info.Width}×{info.Height} cannot be stored as {format}.");

    private static RuleViolationException Undecodable(string why, Exception? inner = null) =>
        new(RuleKind.Unusable, "undecodable-image", $"The image cannot be decoded: {why}.", inner: inner);
}
