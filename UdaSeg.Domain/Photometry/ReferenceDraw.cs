using UdaSeg.Domain.Training;

namespace UdaSeg.Domain.Photometry;

/// <summary>Which target image each source image takes its style from, outside of training: one uniform draw an image, a pure function of the seed.</summary>
public static class ReferenceDraw
{
    /// <param name="references">How many there are to draw from; at least 1.</param>
    /// <param name="seed">Of all draws.</param>
    /// <param name="image">The source image's index.</param>
    public static int For(int references, long seed, int image) => RandomSource.Below(references, seed, 0, image, 0, DrawPurpose.Reference);
}
