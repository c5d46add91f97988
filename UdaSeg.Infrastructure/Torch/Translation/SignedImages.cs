using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Data;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>Images as tensors of −1..1, and back.</summary>
internal static class SignedImages
{
    /// <param name="image">Any size.</param>
    /// <param name="width">At least the image's: what is beyond its right edge mirrors what is before it.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="device">Where the tensor goes.</param>
    /// <returns>[1, 3, height, width].</returns>
    public static Tensor Of(RgbImage image, int width, int height, Device device)
    {
        RgbImage seen = (image.Width, image.Height) == (width, height) ? image : Mirrored(image, width, height);
        var planes = new float[3 * width * height];
        ImageTensors.ToPlanes(seen, planes);
        for (int i = 0; i < planes.Length; i++) planes[i] = (2 * planes[i]) - 1;
        return from_array(planes, device: device).reshape(1, 3, height, width);
    }

    /// <param name="tensor">[1, 3, ≥ height, ≥ width].</param>
    /// <param name="width">Columns beyond it are dropped.</param>
    /// <param name="height">Rows beyond it are dropped.</param>
    public static RgbImage Read(Tensor tensor, int width, int height)
    {
        float[] planes = tensor.narrow(2, 0, height).narrow(3, 0, width).contiguous().cpu().data<float>().ToArray();
        var image = new RgbImage(width, height);
        int pixels = width * height;
        for (int i = 0; i < pixels; i++)
        {
            for (int c = 0; c < 3; c++) image.Pixels[(3 * i) + c] = (byte)Math.Clamp(MathF.Round((planes[(c * pixels) + i] + 1) * 127.5f), 0, 255);
        }

        return image;
    }

    private static RgbImage Mirrored(RgbImage image, int width, int height)
    {
        var larger = new RgbImage(width, height);
        for (int y = 0; y < height; y++)
        {
            int row = Fold(y, image.Height) * image.Width;
            for (int x = 0; x < width; x++) image.Pixels.AsSpan(3 * (row + Fold(x, image.Width)), 3).CopyTo(larger.Pixels.AsSpan(3 * ((y * width) + x)));
        }

        return larger;
    }

    /// <summary>Back and forth between the edges, which are not doubled.</summary>
    private static int Fold(int position, int length)
    {
        if (length == 1) return 0;
        int at = position % (2 * (length - 1));
        return at < length ? at : (2 * (length - 1)) - at;
    }
}
