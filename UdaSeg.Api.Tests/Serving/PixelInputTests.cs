using CsCheck;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Infrastructure.Torch.Data;
using Xunit;

namespace UdaSeg.Api.Tests.Serving;

public sealed class PixelInputTests
{
    [Fact]
    public void Pixels_are_normalised_in_either_order() => Gen.Byte.Array[0, 500].Sample(bytes =>
    {
        byte[] rgb = bytes[..(bytes.Length / 3 * 3)];
        Normalisation normalisation = Normalisation.ImageNet;
        var input = new PixelInput(normalisation);
        float[] interleaved = new float[rgb.Length], planar = new float[rgb.Length];
        input.Interleaved(rgb, interleaved);
        input.Planar(rgb, planar);
        int n = rgb.Length / 3;
        for (int i = 0; i < rgb.Length; i++)
        {
            double due = ((rgb[i] / 255.0) - normalisation.Mean[i % 3]) / normalisation.Std[i % 3];
            Assert.Equal(due, interleaved[i], 1e-5);
            Assert.Equal(due, planar[((i % 3) * n) + (i / 3)], 1e-5);
        }
    });
}
