namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>Linear sRGB to X/Xn, Y/Yn, Z/Zn (D65, 2° observer) and back, by rows.</summary>
internal static class LabMatrix
{
    // Each row is divided by its own sum, so that every grey has a* = b* = 0.
    public static readonly double[] Forward = Normalised([0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.0721750, 0.0193339, 0.1191920, 0.9503041]);
    public static readonly double[] Inverse = Invert(Forward);

    /// <summary><see cref="Forward"/> in float.</summary>
    public static readonly float[] M = Array.ConvertAll(Forward, v => (float)v);

    /// <summary><see cref="Inverse"/> in float.</summary>
    public static readonly float[] W = Array.ConvertAll(Inverse, v => (float)v);

    private static double[] Normalised(double[] m) => [.. m.Select((v, i) => v / (m[i / 3 * 3] + m[(i / 3 * 3) + 1] + m[(i / 3 * 3) + 2]))];

    /// <summary>Inverse of a 3×3 matrix by cofactors.</summary>
    private static double[] Invert(double[] m)
    {
        double Cofactor(int r, int c) =>
            (m[((r + 1) % 3 * 3) + ((c + 1) % 3)] * m[((r + 2) % 3 * 3) + ((c + 2) % 3)])
            - (m[((r + 1) % 3 * 3) + ((c + 2) % 3)] * m[((r + 2) % 3 * 3) + ((c + 1) % 3)]);
        double determinant = (m[0] * Cofactor(0, 0)) + (m[1] * Cofactor(0, 1)) + (m[2] * Cofactor(0, 2));
        return [.. Enumerable.Range(0, 9).Select(i => Cofactor(i % 3, i / 3) / determinant)];
    }
}
