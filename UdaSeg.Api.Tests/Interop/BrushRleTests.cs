using CsCheck;
using UdaSeg.Api.Interop.LabelStudio;
using UdaSeg.Domain.Images;
using Xunit;

namespace UdaSeg.Api.Tests.Interop;

public sealed class BrushRleTests
{
    private static readonly Gen<LabelMap> Maps =
        from width in Gen.Int[1, 60]
        from height in Gen.Int[1, 40]
        from runs in Gen.Select(Gen.Int[0, 3], Gen.OneOf(Gen.Int[1, 5], Gen.Int[1, 70], Gen.Int[60, 2000])).Array[width * height]
        select Fill(width, height, runs);

    [Fact]
    public void Decoding_gives_the_mask_back_in_all_four_channels() => Maps.Sample(map =>
    {
        for (byte c = 0; c < 4; c++)
        {
            byte[] picture = Decode([.. BrushRle.Encode(map, c)]);
            Assert.Equal(map.Labels.SelectMany(l => Enumerable.Repeat(l == c ? (byte)255 : (byte)0, 4)), picture);
        }
    });

    // A run longer than a count can tell is divided; 16,384 pixels are just one. 53 bits of header, 27 a block of long counts, 14 a block of short ones.
    [Theory]
    [InlineData(16_384, 53 + 27)]
    [InlineData(16_385, 53 + 27 + 14)]
    [InlineData(50_000, 53 + (4 * 27))]
    public void Long_runs_are_divided(int pixels, int bits)
    {
        LabelMap map = new(pixels, 1);
        List<byte> rle = BrushRle.Encode(map, 0);

        Assert.Equal(Enumerable.Repeat((byte)255, 4 * pixels), Decode([.. rle]));
        Assert.Equal((bits + 7) / 8, rle.Count);
    }

    // By hand. 8 bytes: 00000000 00000000 00000000 00001000; word 00111; sizes 0010 0011 0111 1111; run 1 00 011 11111111; run 1 00 011 00000000; padding.
    [Fact]
    public void Bits_are_packed_the_highest_first() => Assert.Equal(
        [0, 0, 0, 8, 0b00111_001, 0b0_0011_011, 0b1_1111_100, 0b011_11111, 0b111_100_01, 0b1_0000000, 0b0_0000000],
        BrushRle.Encode(new LabelMap(2, 1, [1, 0]), 1));

    /// <summary>Straight from the format's description, a character a bit.</summary>
    private static byte[] Decode(byte[] file)
    {
        string bits = string.Concat(file.Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
        int at = 0;
        byte[] words = new byte[Read(32)];
        int wordSize = Read(5) + 1;
        int[] sizes = [Read(4) + 1, Read(4) + 1, Read(4) + 1, Read(4) + 1];
        for (int i = 0; i < words.Length;)
        {
            bool run = Read(1) == 1;
            int count = Read(sizes[Read(2)]) + 1;
            int word = run ? Read(wordSize) : -1;
            for (int n = 0; n < count; n++) words[i++] = (byte)(run ? word : Read(wordSize));
        }

        Assert.InRange(bits.Length - at, 0, 7);
        Assert.DoesNotContain('1', bits[at..]);
        return words;

        int Read(int width)
        {
            int value = Convert.ToInt32(bits.Substring(at, width), 2);
            at += width;
            return value;
        }
    }

    private static LabelMap Fill(int width, int height, (int Label, int Length)[] runs)
    {
        LabelMap map = new(width, height);
        int at = 0;
        foreach ((int label, int length) in runs)
        {
            for (int n = 0; n < length && at < map.Labels.Length; n++) map.Labels[at++] = (byte)label;
        }

        return map;
    }
}
