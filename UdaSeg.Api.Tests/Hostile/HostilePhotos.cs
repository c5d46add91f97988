using System.Buffers.Binary;
using UdaSeg.Api.Tests.Imaging;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using static UdaSeg.Api.Tests.Hostile.HostileFile;

namespace UdaSeg.Api.Tests.Hostile;

/// <summary>JPEG and WebP: cut off, of print's colours, turned, animated, and with headers that lie.</summary>
internal static class HostilePhotos
{
    private const int Width = 24, Height = 16;

    private static readonly RgbImage s_picture = ResourceHost.Picture(Width, Height, 3);
    private static readonly byte[] s_jpeg = ResourceHost.Codec.Encode(s_picture, ImageFormat.Jpeg);
    private static readonly byte[] s_webp = ResourceHost.Codec.Encode(s_picture, ImageFormat.Webp);

    public static IEnumerable<HostileFile> All() => [.. CutOff(), .. Orientations(), .. Jpegs(), .. Webps()];

    private static IEnumerable<HostileFile> CutOff()
    {
        foreach (int tenth in Enumerable.Range(1, 9))
        {
            yield return Refused($"jpeg-cut-at-{tenth}-tenths", s_jpeg[..(s_jpeg.Length * tenth / 10)]);
            yield return Refused($"webp-cut-at-{tenth}-tenths", s_webp[..(s_webp.Length * tenth / 10)]);
        }

        yield return Refused("jpeg-of-three-bytes", s_jpeg[..3]);
        yield return Refused("jpeg-of-two-bytes", s_jpeg[..2], Unsupported);
        yield return Refused("webp-of-twelve-bytes", s_webp[..12]);
        yield return Refused("webp-of-eleven-bytes", s_webp[..11], Unsupported);
    }

    private static IEnumerable<HostileFile> Orientations()
    {
        for (int i = 1; i <= 8; i++)
        {
            byte[] turned = TinyJpeg.WithOrientation(s_jpeg, i);
            yield return i < 5 ? Accepted($"jpeg-orientation-{i}", turned, Width, Height) : Accepted($"jpeg-orientation-{i}", turned, Height, Width);
        }

        foreach (int none in (int[])[0, 9, 255]) yield return Accepted($"jpeg-orientation-{none}", TinyJpeg.WithOrientation(s_jpeg, none), Width, Height);
        byte[] loop = [.. "II"u8, 42, 0, 8, 0, 0, 0, 0xFF, 0xFF, .. Enumerable.Repeat((byte)8, 60)];
        yield return Accepted("jpeg-exif-of-65535-entries", WithExif(loop), Width, Height);
        yield return Accepted("jpeg-exif-beyond-the-file", WithExif([.. "MM"u8, 0, 42, 0xFF, 0xFF, 0xFF, 0xFF]), Width, Height);
        yield return Accepted("jpeg-exif-of-noise", WithExif([.. Enumerable.Range(0, 500).Select(i => (byte)(i * i >> 2))]), Width, Height);
        yield return Accepted("jpeg-exif-empty", WithExif([]), Width, Height);
    }

    private static IEnumerable<HostileFile> Jpegs()
    {
        byte[] cmyk = TinyJpeg.Cmyk(200, 100, 50, 128), ycck = [.. cmyk];
        ycck[17] = 2; // Adobe's transform: luminance, two colour differences, and black
        yield return Accepted("jpeg-cmyk", cmyk, 8, 8);
        yield return Accepted("jpeg-ycck", ycck, 8, 8);
        yield return Refused("jpeg-claims-65500x65500", Resized(65_500, 65_500), TooLarge);
        yield return Refused("jpeg-claims-1x65500", Resized(1, 65_500), TooLarge);
        yield return Refused("jpeg-claims-more-than-it-has", Resized(3000, 3000));
        yield return Refused("jpeg-claims-no-width", Resized(0, 16));
        yield return Refused("jpeg-claims-no-height", Resized(24, 0));
        yield return Accepted("jpeg-of-10-scans", TinyJpeg.Scans(10), 8, 8);
        yield return Refused("jpeg-of-500-scans", TinyJpeg.Scans(500)); // each costs a pass over all pixels
        yield return Accepted("jpeg-comment-of-1-MB", [.. s_jpeg[..2], .. Enumerable.Repeat((byte[])[0xFF, 0xFE, 0xFF, 0xFF, .. new byte[65_533]], 16).SelectMany(c => c), .. s_jpeg[2..]], Width, Height);
    }

    private static IEnumerable<HostileFile> Webps()
    {
        byte[] stream = s_webp[12..]; // the chunk of the still picture
        byte[] frame = [0, 0, 0, 0, 0, 0, Width / 2 - 1, 0, 0, Height - 1, 0, 0, 100, 0, 0, 0, .. stream];
        frame[6] = Width - 1;
        byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, Width - 1, 0, 0, Height - 1, 0, 0], control = [.. "ANIM"u8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] frames = [.. "ANMF"u8, .. BitConverter.GetBytes(frame.Length), .. frame];
        yield return Accepted("webp-animated", Riff([.. extended, .. control, .. frames, .. frames]), Width, Height);
        yield return Refused("webp-animated-without-frames", Riff([.. extended, .. control]));
        byte[] wide = [.. "VP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. stream];
        yield return Refused("webp-claims-16777216", Riff(wide));
        yield return Refused("webp-of-noise", [.. s_webp[..30], .. Enumerable.Range(0, s_webp.Length - 30).Select(i => (byte)(i * i))]);
        yield return Refused("webp-of-a-size-of-4-GB", [.. s_webp[..4], 0xFE, 0xFF, 0xFF, 0xFF, .. s_webp[8..]]);
    }

    private static byte[] Riff(byte[] chunks) => [.. "RIFF"u8, .. BitConverter.GetBytes(chunks.Length + 4), .. "WEBP"u8, .. chunks];

    private static byte[] WithExif(byte[] tiff) => [.. s_jpeg[..2], 0xFF, 0xE1, (byte)((tiff.Length + 8) >> 8), (byte)(tiff.Length + 8), .. "Exif\0\0"u8, .. tiff, .. s_jpeg[2..]];

    // The frame's header: marker, length, precision, height, width.
    private static byte[] Resized(int width, int height)
    {
        byte[] changed = [.. s_jpeg];
        int at = changed.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(at + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(at + 7), (ushort)width);
        return changed;
    }
}
