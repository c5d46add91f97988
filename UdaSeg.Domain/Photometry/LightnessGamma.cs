using System.Buffers;
using System.Collections.Concurrent;
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

    /// <summary>By number of bins: ln of the bins' centres on the range normalised to 0..1; −∞ for the first.</summary>
    private static readonly ConcurrentDictionary<int, double[]> Logs = new();

    /// <summary>γ* for a channel's histogram, whose range is normalised to 0..1.</summary>
    /// <param name="source">Distribution of the source's values.</param>
    /// <param name="sourceMean">Mean of the source's values in the channel's unit, before they were binned.</param>
    /// <param name="referenceMean">Mean of the reference's values in the channel's unit, before they were binned.</param>
    /// <param name="beta">Weight of (γ − 1)².</param>
    public static double Solve(ChannelHistogram source, double sourceMean, double referenceMean, double beta)
    {
        if (sourceMean == referenceMean) return 1;

        // Binning moves the source's mean a little; moving the goal by as much makes equal means give exactly γ = 1.
        double goal = (referenceMean - sourceMean + (source.Mean() - source.Grid.Min)) / (source.Grid.Max - source.Grid.Min);
        double[] rented = ArrayPool<double>.Shared.Rent(2 * Padded(source.Grid.Bins));
        Span<double> logs = rented.AsSpan(0, Padded(source.Grid.Bins)), weights = rented.AsSpan(logs.Length, logs.Length);
        double[] gridLogs = Logs.GetOrAdd(source.Grid.Bins, bins => [.. Enumerable.Range(0, bins).Select(i => Math.Log((double)i / (bins - 1)))]);
        double total = 0;
        int count = 0;
        for (int i = 0; i < gridLogs.Length; i++)
        {
            double share = source.Shares[i];
            total += share;
            if (i > 0 && share > 0) (logs[count], weights[count++]) = (gridLogs[i], share); // Zeros add nothing to any moment.
        }

        double gamma = Minimise(Cost.Of(logs, weights, count, total, goal, beta), Min, Max);
        ArrayPool<double>.Shared.Return(rented);
        return gamma;
    }

    /// <param name="values">Normalised values, 0..1.</param>
    /// <param name="weights">Non-negative, of any positive sum.</param>
    /// <param name="referenceMean">The goal for the mean, 0..1.</param>
    /// <param name="beta">Weight of (γ − 1)².</param>
    /// <param name="min">Lower limit of γ, in (0, 1].</param>
    /// <param name="max">Upper limit of γ, at least 1.</param>
    public static double Minimise(
        ReadOnlySpan<double> values, ReadOnlySpan<double> weights, double referenceMean, double beta, double min = Min, double max = Max)
    {
        if (values.Length != weights.Length) throw new ArgumentException("A weight a value is needed.", nameof(weights));
        double[] logs = new double[Padded(values.Length)], kept = new double[logs.Length];
        double total = 0;
        int count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            total += weights[i];
            if (values[i] > 0) (logs[count], kept[count++]) = (Math.Log(values[i]), weights[i]);
        }

        return Minimise(Cost.Of(logs, kept, count, total, referenceMean, beta), min, max);
    }

    private static double Minimise(Cost cost, double min, double max)
    {
        (double gap, double slope, _) = cost.Moments(1);
        if (gap == 0 || slope == 0) return 1; // Already there, or only blacks and whites, which no γ moves.
        if (gap > 0) return Root(cost, 1, max);
        (double low, double high) = Basin(cost, min);
        return Root(cost, low, high);
    }

    private static int Padded(int values) => (values + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;

    /// <summary>
    /// The neighbours of the cheapest of some points between 1 and <paramref name="min"/>, spaced evenly in ln γ. Past the γ that reaches the reference's
    /// mean both terms of the cost only grow, so the scan ends there.
    /// </summary>
    private static (double Low, double High) Basin(Cost cost, double min)
    {
        double step = Math.Log(min) / ScanPoints;
        int best = 0;
        double bestValue = double.PositiveInfinity;
        for (int k = 0; k <= ScanPoints; k++)
        {
            (double value, double gap) = cost.Value(Math.Exp(step * k));
            if (value < bestValue) (best, bestValue) = (k, value);
            if (gap >= 0) break;
        }

        return (Math.Max(min, Math.Exp(step * (best + 1))), Math.Exp(step * Math.Max(best - 1, 0)));
    }

    /// <summary>Newton's method on the cost's derivative, bracketed by bisection; a limit where the derivative has no root inside.</summary>
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

    /// <summary>Eq. 2 as a function of γ, from the logarithms of the values.</summary>
    private readonly ref struct Cost
    {
        private readonly ReadOnlySpan<double> _logs;
        private readonly ReadOnlySpan<double> _weights;
        private readonly double _referenceMean;
        private readonly double _beta;

        private Cost(ReadOnlySpan<double> logs, ReadOnlySpan<double> weights, double referenceMean, double beta)
        {
            _logs = logs;
            _weights = weights;
            (_referenceMean, _beta) = (referenceMean, beta);
        }

        /// <param name="logs">Logarithms of positive values, and room up to a whole vector.</param>
        /// <param name="weights">As many; scaled in place to sum to 1 together with what was left out.</param>
        /// <param name="count">How many there are.</param>
        /// <param name="total">Of all weights.</param>
        /// <param name="referenceMean">The goal for the mean.</param>
        /// <param name="beta">Weight of (γ − 1)².</param>
        public static Cost Of(Span<double> logs, Span<double> weights, int count, double total, double referenceMean, double beta)
        {
            int padded = Padded(count);
            logs[count..padded].Clear();
            weights[count..padded].Clear();
            for (int i = 0; i < count; i++) weights[i] /= total;
            return new Cost(logs[..padded], weights[..padded], referenceMean, beta);
        }

        /// <returns>The cost, and mean(L^γ) − mean(L_ref).</returns>
        public (double Cost, double Gap) Value(double gamma)
        {
            Vector<double> mean = Vector<double>.Zero;
            for (int i = 0; i < _logs.Length; i += Vector<double>.Count)
            {
                mean += Vector.Exp(new Vector<double>(_logs[i..]) * gamma) * new Vector<double>(_weights[i..]);
            }

            double gap = Vector.Sum(mean) - _referenceMean;
            return ((gap * gap) + (_beta * (gamma - 1) * (gamma - 1)), gap);
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
                var log = new Vector<double>(_logs[i..]);
                Vector<double> power = Vector.Exp(log * gamma) * new Vector<double>(_weights[i..]);
                mean += power;
                power *= log;
                slope += power;
                curvature += power * log;
            }

            return (Vector.Sum(mean) - _referenceMean, Vector.Sum(slope), Vector.Sum(curvature));
        }
    }
}
