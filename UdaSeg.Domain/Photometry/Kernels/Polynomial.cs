namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>Coefficients of curves for vector code: within a small factor of the best polynomial of their degree.</summary>
internal static class Polynomial
{
    /// <summary>Interpolation at the Chebyshev points of an interval.</summary>
    /// <param name="curve">A smooth function.</param>
    /// <param name="low">Start of the interval.</param>
    /// <param name="high">Its end.</param>
    /// <param name="degree">Of the polynomial.</param>
    /// <returns>Coefficients of x⁰, x¹, …</returns>
    public static double[] Fit(Func<double, double> curve, double low, double high, int degree)
    {
        int points = degree + 1;
        double[] x = [.. Enumerable.Range(0, points).Select(k => (low + high - ((high - low) * Math.Cos((k + 0.5) * Math.PI / points))) / 2)];
        double[] differences = [.. x.Select(curve)]; // Newton's divided differences, in place
        for (int order = 1; order < points; order++)
        {
            for (int i = points - 1; i >= order; i--) differences[i] = (differences[i] - differences[i - 1]) / (x[i] - x[i - order]);
        }

        var coefficients = new double[points];
        for (int i = points - 1; i >= 0; i--)
        {
            for (int j = points - 1; j > 0; j--) coefficients[j] = coefficients[j - 1] - (coefficients[j] * x[i]);
            coefficients[0] = differences[i] - (coefficients[0] * x[i]);
        }

        return coefficients;
    }
}
