using TorchSharp;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training.Methods;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>Whole images through a generator.</summary>
internal sealed class ImagePainter(Generator generator, Device device)
{
    /// <summary>The least that reflection at the generator's deepest level can do with.</summary>
    private const int LeastSide = 2 * TranslationSettings.Stride;

    /// <param name="image">Any size.</param>
    /// <returns>Of exactly its size.</returns>
    public RgbImage Paint(RgbImage image)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        Tensor seen = SignedImages.Of(image, Padded(image.Width), Padded(image.Height), device);
        return SignedImages.Read(generator.call(seen), image.Width, image.Height);
    }

    private static int Padded(int side) =>
        Math.Max(LeastSide, (side + TranslationSettings.Stride - 1) / TranslationSettings.Stride * TranslationSettings.Stride);
}
