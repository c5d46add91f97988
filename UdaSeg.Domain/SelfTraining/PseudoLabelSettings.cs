namespace UdaSeg.Domain.SelfTraining;

/// <summary>Which pseudo-labels are trusted (sections 3.1 and 4.1 of the paper).</summary>
/// <param name="MaxThreshold">P_h: a confidence of this much is always enough; 0..1.</param>
/// <param name="Percent">p: at least this share of each class's pixels is kept, in percent; 0..100.</param>
public sealed record PseudoLabelSettings(
    double MaxThreshold = PseudoLabelSettings.DefaultMaxThreshold,
    double Percent = PseudoLabelSettings.DefaultPercent)
{
    public const double DefaultMaxThreshold = 0.9;

    public const double DefaultPercent = 10;
}
