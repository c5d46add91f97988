using CsCheck;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Imaging;

public sealed class LabelReaderTests
{
    [Fact]
    public void The_identity_keeps_the_spaces_indices_ignores_255_silently_and_reports_the_rest()
    {
        LabelReading reading = new LabelReader(LabelMapping.Identity, 3).Read(Grey(8, [0, 1, 2, 255, 3, 7, 7, 7]));
        Assert.Equal([0, 1, 2, 255, 255, 255, 255, 255], reading.Map.Labels);
        Assert.Equal([new UnknownId("7", 3), new UnknownId("3", 1)], reading.Unknown);
    }

    [Fact]
    public void A_mapping_by_index_looks_up_grey_values_and_palette_indices_alike()
    {
        var reader = new LabelReader(new LabelMapping(LabelMappingKind.Index, new Dictionary<string, int> { ["7"] = 0, ["8"] = 1, ["0"] = 255 }), 2);
        Assert.Equal([0, 1, 255], reader.Read(Grey(3, [7, 8, 0])).Map.Labels);
        Assert.Equal([0, 1, 255], reader.Read(Grey(3, [7, 8, 0]) with { Kind = LabelFileKind.Palette }).Map.Labels);
    }

    [Fact]
    public void A_mapping_by_palette_never_looks_at_colours_and_refuses_grey()
    {
        var reader = new LabelReader(BuiltInLabelMappings.Gta5To19, 19);
        LabelFile file = Grey(2, [7, 26]) with { Kind = LabelFileKind.Palette, Palette = new int[256] };
        Assert.Equal([0, 13], reader.Read(file).Map.Labels);
        AssertMismatch(() => reader.Read(Grey(2, [7, 26])));
    }

    [Fact]
    public void A_mapping_by_colour_reads_true_colour_and_palette_files()
    {
        var reader = new LabelReader(new LabelMapping(LabelMappingKind.Rgb, new Dictionary<string, int> { ["128,64,128"] = 0, ["0, 0, 142"] = 1 }), 2);
        LabelReading colors = reader.Read(new LabelFile { Width = 4, Height = 1, Kind = LabelFileKind.Rgb8, Colors = [0x804080, 0x00008E, 0x010203, 0x010203] });
        Assert.Equal([0, 1, 255, 255], colors.Map.Labels);
        Assert.Equal([new UnknownId("1,2,3", 2)], colors.Unknown);
        Assert.Equal([1, 0], reader.Read(Grey(2, [0, 1]) with { Kind = LabelFileKind.Palette, Palette = [0x00008E, 0x804080] }).Map.Labels);
        AssertMismatch(() => reader.Read(Grey(1, [0])));
    }

    [Fact]
    public void Synthias_ids_are_read_from_the_first_channel_of_16_bits()
    {
        byte[] png = SlowPng.Encode(3, 1, 16, 2, [3, 900, 1, 21, 5, 2, 300, 0, 0], [4]);
        LabelReading reading = new LabelReader(BuiltInLabelMappings.SynthiaTo16, 16).Read(PngLabelCodec.Read(png));
        Assert.Equal([0, 3, 255], reading.Map.Labels);
        Assert.Equal([new UnknownId("300", 1)], reading.Unknown);
        AssertMismatch(() => new LabelReader(BuiltInLabelMappings.SynthiaTo16, 16).Read(Grey(1, [3])));
    }

    [Fact]
    public void Any_mapping_by_value_equals_a_look_up_pixel_by_pixel()
    {
        var cases =
            from values in Gen.Select(Gen.Int[0, 255], Gen.OneOf(Gen.Int[0, 4], Gen.Const(255))).Array[1, 40]
            from pixels in Gen.Int[0, 255].Array[1, 200]
            select (values, pixels);
        cases.Sample(c =>
        {
            Dictionary<string, int> values = c.values.DistinctBy(v => v.Item1).ToDictionary(v => $"{v.Item1}", v => v.Item2);
            LabelReading reading = new LabelReader(new LabelMapping(LabelMappingKind.Index, values), 5).Read(Grey(c.pixels.Length, [.. c.pixels.Select(p => (ushort)p)]));
            Assert.Equal(c.pixels.Select(p => (byte)values.GetValueOrDefault($"{p}", 255)), reading.Map.Labels);
            Assert.Equal(c.pixels.Count(p => !values.ContainsKey($"{p}")), reading.Unknown.Sum(u => u.Pixels));
        });
    }

    [Theory]
    [InlineData(LabelMappingKind.Index, "7", 19)]
    [InlineData(LabelMappingKind.Index, "7", -1)]
    [InlineData(LabelMappingKind.Index, "256", 0)]
    [InlineData(LabelMappingKind.Index, "-1", 0)]
    [InlineData(LabelMappingKind.Index, "road", 0)]
    [InlineData(LabelMappingKind.Channel16, "65536", 0)]
    [InlineData(LabelMappingKind.Rgb, "1,2", 0)]
    [InlineData(LabelMappingKind.Rgb, "1,2,256", 0)]
    [InlineData(LabelMappingKind.Rgb, "1,2,3,4", 0)]
    public void A_mapping_that_cannot_be_meant_is_refused(LabelMappingKind kind, string value, int index)
    {
        RuleViolationException refused = Assert.Throws<RuleViolationException>(() => new LabelReader(new LabelMapping(kind, new Dictionary<string, int> { [value] = index }), 19));
        Assert.Equal("invalid-mapping", refused.Code);
        Assert.Contains(value, Assert.Single(refused.Fields["mapping.values"]));
    }

    [Theory]
    [InlineData("7", "07")]
    [InlineData("1", "001")]
    public void A_value_listed_twice_is_refused(string first, string second)
    {
        var mapping = new LabelMapping(LabelMappingKind.Index, new Dictionary<string, int> { [first] = 0, [second] = 1 });
        Assert.Equal("invalid-mapping", Assert.Throws<RuleViolationException>(() => new LabelReader(mapping, 2)).Code);
    }

    [Fact]
    public void Only_the_kind_index_may_leave_its_values_out()
    {
        foreach (LabelMappingKind kind in Enum.GetValues<LabelMappingKind>().Where(k => k != LabelMappingKind.Index))
        {
            Assert.Equal("invalid-mapping", Assert.Throws<RuleViolationException>(() => new LabelReader(new LabelMapping(kind), 3)).Code);
        }
    }

    private static LabelFile Grey(int width, ushort[] values) => new() { Width = width, Height = values.Length / width, Kind = LabelFileKind.Grey8, Values = values };

    private static void AssertMismatch(Func<object> read) => Assert.Equal("label-kind-mismatch", Assert.Throws<RuleViolationException>(read).Code);
}
