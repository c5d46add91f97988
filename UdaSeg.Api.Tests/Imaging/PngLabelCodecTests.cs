using CsCheck;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Imaging;

public sealed class PngLabelCodecTests
{
    private static readonly (int BitDepth, int ColorType, string Kind)[] s_formats =
    [
        (1, 0, "Grey8"), (2, 0, "Grey8"), (4, 0, "Grey8"), (8, 0, "Grey8"), (16, 0, "Grey16"),
        (1, 3, "Palette"), (2, 3, "Palette"), (4, 3, "Palette"), (8, 3, "Palette"),
        (8, 2, "Rgb8"), (16, 2, "Rgb16"), (8, 6, "Rgb8"), (16, 6, "Rgb16"), (8, 4, "Grey8"), (16, 4, "Grey16"),
    ];

    private static readonly byte[] s_palette = [.. Enumerable.Range(0, 768).Select(i => (byte)(i * 37))];

    private static readonly Gen<LabelMap> s_maps =
        from width in Gen.Int[1, 70]
        from height in Gen.Int[1, 20]
        from labels in Gen.Int[0, 19].Select(v => (byte)(v == 19 ? 255 : v)).Array[width * height]
        select new LabelMap(width, height, labels);

    [Fact]
    public void Every_sample_type_and_filter_that_a_slow_encoder_writes_is_read_back()
    {
        var files =
            from format in Gen.Int[0, s_formats.Length - 1].Select(i => s_formats[i])
            from width in Gen.Int[1, 40]
            from height in Gen.Int[1, 12]
            let channels = Channels(format.ColorType)
            from samples in Gen.Int[0, (1 << format.BitDepth) - 1].Array[width * height * channels]
            from filters in Gen.Int[0, 4].Array[height]
            from chunk in Gen.Int[1, 200]
            select (format, width, height, samples, filters, chunk);
        files.Sample(f =>
        {
            byte[] png = SlowPng.Encode(f.width, f.height, f.format.BitDepth, f.format.ColorType, f.samples, f.filters, f.format.ColorType == 3 ? s_palette : null, f.chunk);
            LabelFile label = PngLabelCodec.Read(png);
            Assert.Equal((f.width, f.height, f.format.Kind), (label.Width, label.Height, label.Kind.ToString()));
            int[][] pixels = [.. f.samples.Chunk(Channels(f.format.ColorType))];
            if (label.Kind == LabelFileKind.Rgb8) Assert.Equal(pixels.Select(p => (p[0] << 16) | (p[1] << 8) | p[2]), label.Colors);
            else Assert.Equal(pixels.Select(p => (ushort)p[0]), label.Values);
            if (label.Kind == LabelFileKind.Palette) Assert.Equal(s_palette.Chunk(3).Select(c => (c[0] << 16) | (c[1] << 8) | c[2]), label.Palette);
        });
    }

    [Fact]
    public void Own_files_come_back_as_they_went_in() => s_maps.Sample(map =>
    {
        LabelFile grey = PngLabelCodec.Read(PngLabelCodec.WriteGrey(map));
        LabelFile indexed = PngLabelCodec.Read(PngLabelCodec.WriteIndexed(map, BuiltInLabelSpaces.Cityscapes19));
        Assert.Equal((LabelFileKind.Grey8, LabelFileKind.Palette), (grey.Kind, indexed.Kind));
        Assert.Equal(map.Labels.Select(v => (ushort)v), grey.Values);
        Assert.Equal(map.Labels.Select(v => (ushort)v), indexed.Values);
        Assert.Equal((map.Width, map.Height), (indexed.Width, indexed.Height));
        Assert.Equal(map.Labels.Contains((byte)255) ? 256 : 19, indexed.Palette.Length);
    });

    [Fact]
    public void A_second_decoder_sees_the_palettes_colours_in_own_indexed_files_and_black_where_ignored() => s_maps.Sample(map =>
    {
        RgbImage seen = new SkiaImageCodec().Decode(PngLabelCodec.WriteIndexed(map, BuiltInLabelSpaces.Cityscapes19));
        int[] expected = [.. map.Labels.SelectMany(v => v == 255 ? [0, 0, 0] : BuiltInLabelSpaces.Cityscapes19.Classes[v].Color)];
        Assert.Equal(expected, seen.Pixels.Select(v => (int)v));
    });

    [Fact]
    public void Photographs_written_by_another_tool_read_as_the_other_decoder_reads_them()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "gpa0_source.png"));
        RgbImage expected = new SkiaImageCodec().Decode(file);
        LabelFile actual = PngLabelCodec.Read(file);
        Assert.Equal(LabelFileKind.Rgb8, actual.Kind);
        Assert.Equal(expected.Pixels.Chunk(3).Select(c => (c[0] << 16) | (c[1] << 8) | c[2]), actual.Colors);
    }

    [Fact]
    public void A_changed_byte_never_reads_as_something_else()
    {
        var map = new LabelMap(9, 5, [.. Enumerable.Range(0, 45).Select(i => (byte)(i % 19))]);
        byte[] good = PngLabelCodec.WriteIndexed(map, BuiltInLabelSpaces.Cityscapes19);
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 0x10;
            AssertUndecodable(() => PngLabelCodec.Read(bad));
            AssertUndecodable(() => PngLabelCodec.Read(good.AsMemory(0, i)));
        }
    }

    [Fact]
    public void Interlaced_files_are_refused_and_the_message_says_so()
    {
        RuleViolationException refused = AssertUndecodable(() => PngLabelCodec.Read(SlowPng.Encode(2, 2, 8, 0, [1, 2, 3, 4], [0], interlace: 1)));
        Assert.Contains("interlaced", refused.Message);
    }

    [Fact]
    public void A_size_above_the_limit_is_refused_by_the_header_alone()
    {
        byte[] claims = SlowPng.Encode(100_000, 1, 8, 0, new int[100_000], [0]);
        RuleViolationException refused = Assert.Throws<RuleViolationException>(() => PngLabelCodec.Read(claims, maxPixels: 99_999));
        Assert.Equal((RuleKind.TooLarge, "image-too-large", (99_999L, 100_000L)), (refused.Kind, refused.Code, refused.Exceeded));
    }

    [Fact]
    public void A_few_bytes_that_claim_a_large_image_are_refused_without_allocating_it()
    {
        byte[] honest = SlowPng.Encode(1, 1, 8, 0, [0], [0]);
        byte[] header = SlowPng.Chunk("IHDR", [0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10, 8, 0, 0, 0, 0]);
        byte[] lying = [.. honest[..8], .. header, .. honest[33..]];
        long before = GC.GetAllocatedBytesForCurrentThread();
        RuleViolationException refused = AssertUndecodable(() => PngLabelCodec.Read(lying));
        Assert.Contains("too few bytes", refused.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void A_stream_that_would_inflate_without_end_is_read_no_further_than_the_image_needs()
    {
        byte[] bomb = SlowPng.Encode(4000, 4000, 8, 0, new int[16_000_000], [0]);
        byte[] header = SlowPng.Chunk("IHDR", [0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
        byte[] small = [.. bomb[..8], .. header, .. bomb[33..]];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(new ushort[4], PngLabelCodec.Read(small).Values);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void An_unknown_critical_chunk_is_refused_and_an_ancillary_one_is_not()
    {
        byte[] good = SlowPng.Encode(1, 1, 8, 0, [7], [0]);
        byte[] With(string type) => [.. good[..33], .. SlowPng.Chunk(type, [1, 2, 3]), .. good[33..]];
        Assert.Equal(7, PngLabelCodec.Read(With("teXt")).Values[0]);
        AssertUndecodable(() => PngLabelCodec.Read(With("ABCD")));
    }

    [Fact]
    public void A_map_with_an_index_outside_the_space_is_not_written() =>
        Assert.Throws<ArgumentException>(() => PngLabelCodec.WriteIndexed(new LabelMap(1, 1, [19]), BuiltInLabelSpaces.Cityscapes19));

    private static int Channels(int colorType) => colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    private static RuleViolationException AssertUndecodable(Func<object> read)
    {
        RuleViolationException refused = Assert.Throws<RuleViolationException>(read);
        Assert.Equal((RuleKind.Unusable, "undecodable-label"), (refused.Kind, refused.Code));
        return refused;
    }
}
