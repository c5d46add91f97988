namespace UdaSeg.Infrastructure.Imaging;

/// <summary>
/// A crop of a scaled image, perhaps mirrored: one value for an image and its label, so that they agree by construction. Pixel centres are at
/// one half: pixel x of the scaled image shows position (x + 0.5)·(width / <see cref="ScaledWidth"/>) of the source.
/// </summary>
/// <param name="ScaledWidth">What the whole image's width becomes, in pixels, above 0; need not be whole.</param>
/// <param name="ScaledHeight">What the whole image's height becomes.</param>
/// <param name="X">The crop's left column in the scaled image. Where the crop reaches beyond it, images are black and labels ignored.</param>
/// <param name="Y">The crop's top row.</param>
/// <param name="Width">The crop's, in pixels, at least 1.</param>
/// <param name="Height">The crop's, in pixels, at least 1.</param>
/// <param name="Flip">Mirrored left to right, after cropping.</param>
internal readonly record struct CropWindow(double ScaledWidth, double ScaledHeight, int X, int Y, int Width, int Height, bool Flip = false)
{
    /// <summary>All of an image at another size.</summary>
    public static CropWindow Whole(int width, int height) => new(width, height, 0, 0, width, height);
}
