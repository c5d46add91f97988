namespace UdaSeg.Domain.Photometry;

/// <summary>How far two photometric styles lie apart, in units of CIE L*a*b*.</summary>
/// <param name="MeanLightness">|mean L* − mean L*|.</param>
/// <param name="Lightness">First Wasserstein distance of L*.</param>
/// <param name="A">First Wasserstein distance of a*.</param>
/// <param name="B">First Wasserstein distance of b*.</param>
public sealed record DomainGap(double MeanLightness, double Lightness, double A, double B)
{
    /// <summary>One figure for drift and comparison: the length of the three channels' distances.</summary>
    public double Total => Math.Sqrt((Lightness * Lightness) + (A * A) + (B * B));

    public static DomainGap Between(StyleProfile first, StyleProfile second) => new(
        Math.Abs(first.MeanLightness - second.MeanLightness),
        first.Lightness.WassersteinTo(second.Lightness),
        first.A.WassersteinTo(second.A),
        first.B.WassersteinTo(second.B));
}
