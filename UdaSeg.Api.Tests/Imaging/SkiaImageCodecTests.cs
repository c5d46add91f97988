using CsCheck;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Imaging;

public sealed class SkiaImageCodecTests
{
    private const int Red = 0xFF0000, Green = 0x00FF00, Blue = 0x0000FF, White = 0xFFFFFF;

    private readonly SkiaImageCodec _codec = new();

    [Fact]
    public void A_png_that_claims_ten_thousand_million_pixels_is_refused_by_its_header()
    {
        byte[] header = SlowPng.Chunk("IHDR", [0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0, 8, 2, 0, 0, 0]);
        byte[] file = [.. SlowPng.Encode(1, 1, 8, 2, [1, 2, 3], [0])[..8], .. header, .. SlowPng.Chunk("IDAT", new byte[18]), .. SlowPng.Chunk("IEND", [])];
        Assert.Equal(75, file.Length);
        Assert.Equal(new ImageHeader(ImageFormat.Png, 100_000, 100_000), _codec.Identify(file));
        long before = GC.GetAllocatedBytesForCurrentThread();
        RuleViolationException refused = Assert.Throws<RuleViolationException>(() => _codec.Decode(file, 64_000_000));
        Assert.Equal((RuleKind.TooLarge, "image-too-large", (64_000_000L, 10_000_000_000L)), (refused.Kind, refused.Code, refused.Exceeded));
        Assert.Equal(RuleKind.TooLarge, Assert.Throws<RuleViolationException>(() => _codec.Decode(file)).Kind);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void The_limit_counts_pixels_and_is_inclusive(ImageFormat format)
    {
        byte[] file = _codec.Encode(new RgbImage(20, 10), format);
        Assert.Equal(new ImageHeader(format, 20, 10), _codec.Identify(file));
        Assert.Equal(20, _codec.Decode(file, 200).Width);
        Assert.Equal("image-too-large", Assert.Throws<RuleViolationException>(() => _codec.Decode(file, 199)).Code);
    }

    [Fact]
    public void Png_keeps_every_pixel()
    {
        Gen<RgbImage> images =
            from width in Gen.Int[1, 40]
            from height in Gen.Int[1, 20]
            from pixels in Gen.Byte.Array[width * height * 3]
            select new RgbImage(width, height, pixels);
        images.Sample(image =>
        {
            RgbImage back = _codec.Decode(_codec.Encode(image, ImageFormat.Png));
            Assert.Equal((image.Width, image.Height), (back.Width, back.Height));
            Assert.Equal(image.Pixels, back.Pixels);
        });
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void Lossy_formats_stay_close_on_a_smooth_image_and_obey_the_quality(ImageFormat format)
    {
        RgbImage image = Smooth(96, 64);
        byte[] fine = _codec.Encode(image, format, 95);
        RgbImage back = _codec.Decode(fine);
        Assert.InRange(image.Pixels.Zip(back.Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 2);
        Assert.True(_codec.Encode(image, format, 10).Length < fine.Length);
    }

    [Theory]
    [InlineData(1, Red, Green, Blue, White)]
    [InlineData(2, Green, Red, White, Blue)]
    [InlineData(3, White, Blue, Green, Red)]
    [InlineData(4, Blue, White, Red, Green)]
    [InlineData(5, Red, Blue, Green, White)]
    [InlineData(6, Blue, Red, White, Green)]
    [InlineData(7, White, Green, Blue, Red)]
    [InlineData(8, Green, White, Red, Blue)]
    public void The_exif_orientation_is_applied(int orientation, int topLeft, int topRight, int bottomLeft, int bottomRight)
    {
        byte[] stored = TinyJpeg.WithOrientation(_codec.Encode(Quarters(48, 32, Red, Green, Blue, White), ImageFormat.Jpeg, 95), orientation);
        RgbImage upright = _codec.Decode(stored);
        Assert.Equal(orientation >= 5 ? (32, 48) : (48, 32), (upright.Width, upright.Height));
        Assert.Equal((48, 32), (_codec.Identify(stored).Width, _codec.Identify(stored).Height));
        AssertNear(topLeft, upright, 6, 6);
        AssertNear(topRight, upright, upright.Width - 7, 6);
        AssertNear(bottomLeft, upright, 6, upright.Height - 7);
        AssertNear(bottomRight, upright, upright.Width - 7, upright.Height - 7);
    }

    [Fact]
    public void Transparency_is_composed_over_black()
    {
        int[] rgba = [200, 100, 50, 255, 200, 100, 50, 128, 200, 100, 50, 0];
        Assert.Equal([200, 100, 50, 100, 50, 25, 0, 0, 0], _codec.Decode(SlowPng.Encode(3, 1, 8, 6, rgba, [0])).Pixels);
    }

    [Fact]
    public void Sixteen_bits_grey_and_palette_become_rgb()
    {
        Assert.Equal([0x12, 0xAB, 0xFF], _codec.Decode(SlowPng.Encode(1, 1, 16, 2, [0x1200, 0xAB00, 0xFFFF], [0])).Pixels);
        Assert.Equal([90, 90, 90], _codec.Decode(SlowPng.Encode(1, 1, 8, 0, [90], [0])).Pixels);
        Assert.Equal([255, 255, 255, 0, 0, 0], _codec.Decode(SlowPng.Encode(2, 1, 1, 0, [1, 0], [0])).Pixels);
        Assert.Equal([7, 8, 9], _codec.Decode(SlowPng.Encode(1, 1, 8, 3, [1], [0], palette: [1, 2, 3, 7, 8, 9])).Pixels);
    }

    [Fact]
    public void Cmyk_becomes_rgb()
    {
        RgbImage image = _codec.Decode(TinyJpeg.Cmyk(200, 100, 50, 128));
        Assert.Equal((8, 8), (image.Width, image.Height));
        AssertNear((100 << 16) | (50 << 8) | 25, image, 4, 4, tolerance: 3);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void A_file_that_is_cut_off_is_refused(ImageFormat format)
    {
        byte[] file = _codec.Encode(Noise(64, 64), format, 90);
        foreach (int length in Enumerable.Range(1, 9).Select(i => file.Length * i / 10).Prepend(20))
        {
            RuleViolationException refused = Assert.Throws<RuleViolationException>(() => _codec.Decode(file.AsSpan(0, length)));
            Assert.Equal((RuleKind.Unusable, "undecodable-image"), (refused.Kind, refused.Code));
        }
    }

    [Fact]
    public void Damaged_files_are_decoded_or_refused_but_nothing_else_happens()
    {
        byte[][] files = [.. Enum.GetValues<ImageFormat>().Select(f => _codec.Encode(Noise(24, 16), f, 90))];
        var damage =
            from file in Gen.Int[0, files.Length - 1]
            from changes in Gen.Select(Gen.Int[0, files[file].Length - 1], Gen.Byte).Array[1, 12]
            select (file, changes);
        damage.Sample(d =>
        {
            byte[] broken = [.. files[d.file]];
            foreach ((int at, byte value) in d.changes) broken[at] = value;
            try
            {
                return _codec.Decode(broken, 1_000_000).Pixels.Length > 0;
            }
            catch (RuleViolationException e)
            {
                return e.Code is "undecodable-image" or "unsupported-image" or "image-too-large";
            }
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("just some text, nothing else")]
    [InlineData("GIF89a\u0001\0\u0001\0\u0080\0\0")]
    [InlineData("BM\u003a\0\0\0\0\0\0\0\u0036\0\0\0")]
    [InlineData("RIFF\u0010\0\0\0WAVEfmt ")]
    public void Other_types_are_unsupported(string content)
    {
        byte[] file = [.. content.Select(c => (byte)c)];
        Assert.Equal((RuleKind.Unsupported, "unsupported-image"), Fault(() => _codec.Decode(file)));
        Assert.Equal((RuleKind.Unsupported, "unsupported-image"), Fault(() => _codec.Identify(file)));
    }

    [Fact]
    public void An_image_too_wide_for_a_format_is_refused_when_encoding() =>
        Assert.Equal((RuleKind.Unusable, "unencodable-image"), Fault(() => _codec.Encode(new RgbImage(20_000, 1), ImageFormat.Webp)));

    private static (RuleKind Kind, string Code) Fault(Func<object> act)
    {
        RuleViolationException fault = Assert.Throws<RuleViolationException>(act);
        return (fault.Kind, fault.Code);
    }

    private static RgbImage Quarters(int width, int height, params int[] colors)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < width * height; i++)
        {
            int color = colors[(2 * (i / width / (height / 2))) + (i % width / (width / 2))];
            for (int channel = 0; channel < 3; channel++) image.Pixels[(3 * i) + channel] = (byte)(color >> (16 - (8 * channel)));
        }

        return image;
    }

    private static RgbImage Smooth(int width, int height) =>
        new(width, height, [.. Enumerable.Range(0, width * height).SelectMany(i => new[] { (byte)(2 * (i % width)), (byte)(3 * (i / width)), (byte)((i % width) + (i / width)) })]);

    private static RgbImage Noise(int width, int height)
    {
        var image = new RgbImage(width, height);
        new Random(5).NextBytes(image.Pixels);
        return image;
    }

    private static void AssertNear(int color, RgbImage image, int x, int y, int tolerance = 12)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            int expected = (color >> (16 - (8 * channel))) & 255;
            Assert.InRange(image.Pixels[(3 * ((y * image.Width) + x)) + channel], Math.Max(0, expected - tolerance), Math.Min(255, expected + tolerance));
        }
    }
}
