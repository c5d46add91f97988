using CsCheck;
using UdaSeg.Domain.Photometry;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

public sealed class LabColorTests
{
    private static readonly Gen<byte[]> Pixels = Gen.Select(Gen.Byte.Array[3, 3], Gen.Int[1, 60])
        .SelectMany((first, count) => Gen.Byte.Array[3 * count].Select(rest => (byte[])[.. first, .. rest]));

    [Theory]
    [InlineData(255, 255, 255, 100, 0, 0)]
    [InlineData(0, 0, 0, 0, 0, 0)]
    [InlineData(255, 0, 0, 53.24, 80.09, 67.20)]
    [InlineData(0, 255, 0, 87.73, -86.18, 83.18)]
    [InlineData(0, 0, 255, 32.30, 79.19, -107.86)]
    [InlineData(119, 119, 119, 50.03, 0, 0)]
    public void Known_colours_have_their_published_coordinates(byte r, byte g, byte b, double lightness, double greenRed, double blueYellow)
    {
        (double l, double a, double bb) = LabColor.FromSrgb(r, g, b);
        Assert.Equal(lightness, l, 0.02);
        Assert.Equal(greenRed, a, 0.02);
        Assert.Equal(blueYellow, bb, 0.02);
    }

    [Fact]
    public void Whole_images_convert_as_the_scalar_reference_does() => Pixels.Sample(rgb =>
    {
        int count = rgb.Length / 3;
        float[] l = new float[count], a = new float[count], b = new float[count];
        LabColor.ToLab(rgb, l, a, b);
        for (int i = 0; i < count; i++)
        {
            (double le, double ae, double be) = LabColor.FromSrgb(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]);
            Assert.Equal(le, l[i], 1e-3);
            Assert.Equal(ae, a[i], 1e-3);
            Assert.Equal(be, b[i], 1e-3);
        }
    });

    [Fact]
    public void Every_grey_and_a_lattice_of_colours_survive_the_round_trip_exactly()
    {
        var colours = new List<byte>();
        for (int grey = 0; grey < 256; grey++) colours.AddRange([(byte)grey, (byte)grey, (byte)grey]);
        for (int i = 0; i < 18 * 18 * 18; i++) colours.AddRange([(byte)(i % 18 * 15), (byte)(i / 18 % 18 * 15), (byte)(i / 324 * 15)]);
        byte[] rgb = [.. colours], back = new byte[colours.Count];
        int count = rgb.Length / 3;
        float[] l = new float[count], a = new float[count], b = new float[count];
        LabColor.ToLab(rgb, l, a, b);
        double lightness = l.Sum(v => (double)v);
        (double sum, int clipped) = LabColor.ToSrgb(l, a, b, back);
        Assert.Equal(rgb, back);
        Assert.Equal(0, clipped);
        Assert.Equal(lightness / count, sum / count, 1e-3);
        for (int i = 0; i < rgb.Length; i += 3)
        {
            (double le, double ae, double be) = LabColor.FromSrgb(rgb[i], rgb[i + 1], rgb[i + 2]);
            Assert.Equal((rgb[i], rgb[i + 1], rgb[i + 2]), LabColor.ToSrgb(le, ae, be));
        }
    }

    [Fact]
    public void Colours_outside_sRGB_are_clamped_and_counted_as_the_scalar_reference_clamps_them() =>
        Gen.Select(Gen.Float[0, 100], Gen.Float[-128, 128], Gen.Float[-128, 128]).Array[1, 40].Sample(colours =>
        {
            float[] l = [.. colours.Select(c => c.Item1)], a = [.. colours.Select(c => c.Item2)], b = [.. colours.Select(c => c.Item3)];
            var rgb = new byte[3 * colours.Length];
            (double sum, int clipped) = LabColor.ToSrgb(l, a, b, rgb);
            Assert.InRange(clipped, 0, colours.Length);
            Assert.InRange(sum, -1e-3, (100 * colours.Length) + 1e-3);
            for (int i = 0; i < colours.Length; i++)
            {
                (byte red, byte green, byte blue) = LabColor.ToSrgb(colours[i].Item1, colours[i].Item2, colours[i].Item3);
                Assert.InRange(rgb[3 * i], red - 1, red + 1); // Float against double: a value on a rounding border may fall either way.
                Assert.InRange(rgb[(3 * i) + 1], green - 1, green + 1);
                Assert.InRange(rgb[(3 * i) + 2], blue - 1, blue + 1);
            }
        });

    [Fact]
    public void An_impossible_colour_is_counted_wherever_it_stands()
    {
        for (int at = 0; at < 37; at++)
        {
            float[] l = new float[37], a = new float[37], b = new float[37];
            (l[at], a[at]) = (50, 127);
            Assert.Equal(1, LabColor.ToSrgb(l, a, b, new byte[3 * 37]).Clipped);
        }
    }

    [Fact]
    public void The_transfer_curve_rounds_to_the_nearest_code() => Gen.Double[0, 1].Sample(linear =>
    {
        double exact = 255 * SrgbTransfer.EncodeExact(linear);
        return Math.Abs(SrgbTransfer.Encode((float)linear) - exact) <= 0.5 + 1e-4;
    });

    [Fact]
    public void Every_code_survives_the_transfer_curve()
    {
        for (int code = 0; code < 256; code++) Assert.Equal(code, SrgbTransfer.Encode(SrgbTransfer.Decode((byte)code)));
    }
}
