namespace UdaSeg.Domain.SelfTraining;

/// <summary>Which pseudo-labels are kept: confidence ≥ t_c = min(P_h, P_{s,c}) (section 3.1 of the paper).</summary>
/// <param name="MaxThreshold">P_h, above 0 and at most 1.</param>
/// <param name="Percent">p: the share of a class's pixels whose confidence lies above P_{s,c}, above 0 and at most 100.</param>
public sealed record PseudoLabelSettings(double MaxThreshold = PseudoLabelSettings.DefaultMaxThreshold, double Percent = PseudoLabelSettings.DefaultPercent)
{
    /// <summary>Section 4.1 of the paper.</summary>
    public const double DefaultMaxThreshold = 0.9;

    /// <summary>Section 4.1 of the paper.</summary>
    public const double DefaultPercent = 10;
}
