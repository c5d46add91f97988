using System.Runtime.InteropServices;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>From interleaved bytes to planes of floats and tensors.</summary>
internal static class ImageTensors
{
    /// <summary>R, G, B planes in 0..1.</summary>
    public static void ToPlanes(RgbImage image, Span<float> planes) => ToPlanes(image.Pixels, planes);

    /// <summary>R, G, B planes in 0..1 of interleaved pixels.</summary>
    public static void ToPlanes(ReadOnlySpan<byte> pixels, Span<float> planes)
    {
        int n = pixels.Length / 3;
        Span<float> red = planes[..n], green = planes.Slice(n, n), blue = planes.Slice(2 * n, n);
        const float scale = 1f / 255;
        for (int i = 0, p = 0; i < n; i++, p += 3)
        {
            red[i] = pixels[p] * scale;
            green[i] = pixels[p + 1] * scale;
            blue[i] = pixels[p + 2] * scale;
        }
    }

    /// <summary>(x − mean) / std by plane, in place.</summary>
    public static void Normalise(Span<float> planes, Normalisation normalisation)
    {
        int n = planes.Length / 3;
        for (int c = 0; c < 3; c++)
        {
            float scale = (float)(1 / normalisation.Std[c]), offset = (float)(-normalisation.Mean[c] / normalisation.Std[c]);
            Span<float> plane = planes.Slice(c * n, n);
            for (int i = 0; i < n; i++) plane[i] = (plane[i] * scale) + offset;
        }
    }

    // [1, 3, H, W] float32, normalised
    public static Tensor Whole(RgbImage image, Normalisation normalisation, Device device)
    {
        Tensor planes = empty(1, 3, image.Height, image.Width);
        new PixelInput(normalisation).Planar(image.Pixels, MemoryMarshal.Cast<byte, float>(planes.bytes));
        return planes.to(device);
    }
}
