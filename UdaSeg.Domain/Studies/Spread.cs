namespace UdaSeg.Domain.Studies;

/// <summary>What repeating a measurement under other seeds tells.</summary>
/// <param name="Mean">Arithmetic.</param>
/// <param name="Sd">Sample standard deviation, with n − 1 in the divisor; null for a single value.</param>
/// <param name="N">How many values there were.</param>
public sealed record Spread(double Mean, double? Sd, int N)
{
    /// <returns>Null for no value at all.</returns>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        if (all.Length == 0) return null;
        double mean = all.Average();
        return new Spread(mean, all.Length == 1 ? null : Math.Sqrt(all.Sum(v => (v - mean) * (v - mean)) / (all.Length - 1)), all.Length);
    }
}
