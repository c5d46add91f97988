using System.Numerics;

namespace UdaSeg.Domain.Photometry;

/// <summary>
/// Equation 2: γ* = argmin (mean(L^γ) − mean(L_ref))² + β(γ − 1)², with L = L*/100. When the image must darken the cost is convex between 1 and the
/// minimum; when it must brighten there may be several local minima, so a coarse scan picks the basin before Newton's method refines it.
/// </summary>
public static class LightnessGamma
{
    /// <summary>Smallest γ that is ever applied.</summary>
    public const double Min = 0.2;

    /// <summary>Largest γ that is ever applied.</summary>
    public const double Max = 5;

    private const int ScanPoints = 40;
    private const int MaxSteps = 60;

    /// <summary>γ* for a channel's histogram, whose range is normalised to 0..1.</summary>
    /// <param name="source">Distribution of the source's values.</param>
    /// <param name="sourceMean">Mean of the source's values in the channel's unit, before they were binned.</param>
    /// <param name="referenceMean">Mean of the reference's values in the channel's unit, before they were binned.</param>
    /// <param name="beta">Weight of (γ − 1)².</param>
    public static double Solve(ChannelHistogram source, double sourceMean, double referenceMean, double beta)
    {
        double range = source.Grid.Max - source.Grid.Min;
        var values = new List<double>(source.Grid.Bins);
        var weights = new List<double>(source.Grid.Bins);
        for (int i = 0; i < source.Grid.Bins; i++)
        {
            if (source.Shares[i] <= 0) continue;
            values.Add((double)i / (source.Grid.Bins - 1));
            weights.Add(source.Shares[i]);
        }

        // Binning moves the source's mean a little; moving the goal by as much makes equal means give exactly γ = 1.
        double goal = (referenceMean - sourceMean + (source.Mean() - source.Grid.Min)) / range;
        if (sourceMean == referenceMean) return 1;
        return Minimise(values.ToArray(), weights.ToArray(), goal, beta);
    }

    /// <param name="values">Normalised values, 0..1.</param>
    /// <param name="weights">Non-negative, of any positive sum.</param>
    /// <param name="referenceMean">The goal for the mean, 0..1.</param>
    /// <param name="beta">Weight of (γ − 1)².</param>
    /// <param name="min">Lower limit of γ, in (0, 1].</param>
    /// <param name="max">Upper limit of γ, at least 1.</param>
    public static double Minimise(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, double referenceMean, double beta, double min = Min, double max = Max)
    {
        var cost = new Cost(values, weights, referenceMean, beta);
        (double gap, double slope, _) = cost.Moments(1);
        if (gap == 0 || slope == 0) return 1; // Already there, or only blacks and whites, which no γ moves.
        if (gap > 0) return Root(cost, 1, max);
        (double low, double high) = Basin(cost, min);
        return Root(cost, low, high);
    }

    /// <summary>The neighbours of the cheapest of some points between <paramref name="min"/> and 1, spaced evenly in ln γ.</summary>
    private static (double Low, double High) Basin(Cost cost, double min)
    {
        double step = Math.Log(min) / ScanPoints;
        int best = 0;
        double bestValue = double.PositiveInfinity;
        for (int k = 0; k <= ScanPoints; k++)
        {
            double value = cost.Value(Math.Exp(step * k));
            if (value < bestValue) (best, bestValue) = (k, value);
        }

        return (Math.Max(min, Math.Exp(step * (best + 1))), Math.Exp(step * Math.Max(best - 1, 0)));
    }

    /// <summary>Newton's method on the cost's derivative, kept inside a shrinking bracket by bisection; a limit where the derivative has no root inside.</summary>
    private static double Root(Cost cost, double low, double high)
    {
        if (cost.Derivative(high).First <= 0) return high;
        if (cost.Derivative(low).First >= 0) return low;
        double gamma = 0.5 * (low + high);
        for (int step = 0; step < MaxSteps && high - low > 1e-9; step++)
        {
            (double first, double second) = cost.Derivative(gamma);
            if (first < 0) low = gamma;
            else high = gamma;
            double next = gamma - (first / second);
            if (!(second > 0) || next <= low || next >= high) next = 0.5 * (low + high);
            if (Math.Abs(next - gamma) < 1e-10) return next;
            gamma = next;
        }

        return gamma;
    }

    private sealed class Cost
    {
        private readonly double[] _logs;
        private readonly double[] _weights;
        private readonly double _referenceMean;
        private readonly double _beta;

        /// <summary>Zeros add nothing to any moment and are left out; arrays are padded to whole vectors with weight 0.</summary>
        public Cost(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, double referenceMean, double beta)
        {
            if (values.Length != weights.Length) throw new ArgumentException("A weight a value is needed.", nameof(weights));
            int padded = (values.Length + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
            (_logs, _weights) = (new double[padded], new double[padded]);
            (_referenceMean, _beta) = (referenceMean, beta);
            double total = 0;
            foreach (double weight in weights) total += weight;
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i] > 0) (_logs[i], _weights[i]) = (Math.Log(values[i]), weights[i] / total);
            }
        }

        public double Value(double gamma)
        {
            double gap = Moments(gamma).Gap;
            return (gap * gap) + (_beta * (gamma - 1) * (gamma - 1));
        }

        /// <returns>Half of the cost's first and second derivative.</returns>
        public (double First, double Second) Derivative(double gamma)
        {
            (double gap, double slope, double curvature) = Moments(gamma);
            return ((gap * slope) + (_beta * (gamma - 1)), (slope * slope) + (gap * curvature) + _beta);
        }

        /// <returns>mean(L^γ) − mean(L_ref), and the first two derivatives of the mean.</returns>
        public (double Gap, double Slope, double Curvature) Moments(double gamma)
        {
            Vector<double> mean = Vector<double>.Zero, slope = Vector<double>.Zero, curvature = Vector<double>.Zero;
            for (int i = 0; i < _logs.Length; i += Vector<double>.Count)
            {
                var log = new Vector<double>(_logs, i);
                Vector<double> power = Vector.Exp(log * gamma) * new Vector<double>(_weights, i);
                mean += power;
                power *= log;
                slope += power;
                curvature += power * log;
            }

            return (Vector.Sum(mean) - _referenceMean, Vector.Sum(slope), Vector.Sum(curvature));
        }
    }
}
