namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>CIE 1976: f(t) = ∛t above ε, and a line below it; f⁻¹ changes over at the knee f(ε).</summary>
internal static class CieConstants
{
    public const float Epsilon = 216f / 24389f;
    public const float Slope = 841f / 108f;
    public const float Offset = 4f / 29f;
    public const float Knee = 6f / 29f;
}
