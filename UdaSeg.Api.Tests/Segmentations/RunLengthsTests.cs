using CsCheck;
using UdaSeg.Api.Segmentations;
using UdaSeg.Domain.Images;
using Xunit;

namespace UdaSeg.Api.Tests.Segmentations;

public sealed class RunLengthsTests
{
    private static readonly Gen<LabelMap> Maps =
        from width in Gen.Int[1, 40]
        from height in Gen.Int[1, 40]
        from classes in Gen.Int[1, 5]
        from runs in Gen.Select(Gen.Int[0, classes - 1], Gen.Int[1, 200]).Array[width * height]
        select Fill(width, height, runs);

    [Fact]
    public void Decoding_the_string_of_each_class_gives_its_mask_back() => Maps.Sample(map =>
    {
        List<long>?[] runs = RunLengths.Of(map);
        for (int c = 0; c < 6; c++)
        {
            bool[] mask = [.. map.Labels.Select(l => l == c)];
            if (!mask.Contains(true))
            {
                Assert.Null(runs[c]);
                continue;
            }

            Assert.Equal(mask, Decode(RunLengths.Compress(runs[c]!), map.Width, map.Height));
        }
    });

    // By hand: 20 has its sign bit set in the first group, so a second group follows; the fourth count goes out as 3 − 20 = −17.
    [Theory]
    [InlineData(new long[] { 0, 1 }, "01")]
    [InlineData(new long[] { 6 }, "6")]
    [InlineData(new long[] { 5, 20, 5, 3 }, "5d05_O")]
    [InlineData(new long[] { 10, 3, 5, 3 }, ":350")]
    public void Counts_are_written_as_COCO_does(long[] counts, string expected) => Assert.Equal(expected, RunLengths.Compress(counts));

    [Fact]
    public void Pixels_are_counted_down_the_columns()
    {
        LabelMap map = new(2, 3, [1, 0, 1, 0, 0, 1]);

        Assert.Equal([0, 2, 3, 1], RunLengths.Of(map)[1]!);
        Assert.Equal([2, 3, 1], RunLengths.Of(map)[0]!);
    }

    private static LabelMap Fill(int width, int height, (int Label, int Length)[] runs)
    {
        LabelMap map = new(width, height);
        int at = 0;
        foreach ((int label, int length) in runs)
        {
            for (int i = 0; i < length && at < map.Labels.Length; i++) map.Labels[at++] = (byte)label;
        }

        return map;
    }

    private static bool[] Decode(string text, int width, int height)
    {
        List<long> counts = [];
        for (int at = 0; at < text.Length;)
        {
            long value = 0;
            int shift = 0;
            bool more = true;
            while (more)
            {
                int group = text[at++] - 48;
                value |= (long)(group & 0x1f) << shift;
                shift += 5;
                more = (group & 0x20) != 0;
                if (!more && (group & 0x10) != 0) value |= -1L << shift;
            }

            if (counts.Count > 2) value += counts[^2];
            counts.Add(value);
        }

        bool[] mask = new bool[width * height];
        long position = 0;
        bool inside = false;
        foreach (long count in counts)
        {
            for (long i = 0; i < count; i++, position++) mask[(position % height * width) + (position / height)] = inside;
            inside = !inside;
        }

        Assert.Equal(mask.Length, position);
        return mask;
    }
}
