using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.SelfTraining;

/// <summary>
/// t_c = min(P_h, P_{s,c}) (section 3.1): P_{s,c} is the (1 − p/100) quantile of the confidences of pixels predicted c, so that p % of them lie above.
/// A class without pixels keeps P_h.
/// </summary>
public sealed class ClassThresholds
{
    private readonly float[] _limits;

    public ClassThresholds(IReadOnlyList<double> values)
    {
        Values = [.. values];
        _limits = Array.ConvertAll(Values, v => (float)v);
    }

    /// <summary>t_c by class, 0..1.</summary>
    public double[] Values { get; }

    /// <summary>From the streaming histograms: within a bin's width of <see cref="ComputeExactly"/> where confidences are dense.</summary>
    /// <param name="histogram">Confidences over all of the target domain.</param>
    /// <param name="percent">p, 0..100.</param>
    /// <param name="maxThreshold">P_h, 0..1.</param>
    public static ClassThresholds Compute(ConfidenceHistogram histogram, double percent, double maxThreshold)
    {
        Check(percent, maxThreshold);
        return new([.. Enumerable.Range(0, histogram.Classes).Select(c => Math.Min(maxThreshold, histogram.Quantile(c, 1 - (percent / 100)) ?? maxThreshold))]);
    }

    /// <summary>From all confidences at hand: for small sets.</summary>
    /// <param name="labels">Predicted class a pixel; 255 is skipped.</param>
    /// <param name="confidences">As many, 0..1.</param>
    /// <param name="classes">C.</param>
    /// <param name="percent">p, 0..100.</param>
    /// <param name="maxThreshold">P_h, 0..1.</param>
    public static ClassThresholds ComputeExactly(ReadOnlySpan<byte> labels, ReadOnlySpan<float> confidences, int classes, double percent, double maxThreshold)
    {
        Check(percent, maxThreshold);
        if (labels.Length != confidences.Length) throw new ArgumentException("A confidence a label is needed.", nameof(confidences));
        List<float>[] byClass = [.. Enumerable.Range(0, classes).Select(_ => new List<float>())];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] != LabelMap.Ignore) byClass[labels[i]].Add(confidences[i]);
        }

        return new([.. byClass.Select(values => values.Count == 0 ? maxThreshold : Math.Min(maxThreshold, Quantile(values, 1 - (percent / 100))))]);
    }

    /// <summary>A pixel is kept when its confidence reaches t_c, compared in single precision as tensors are: 0.9f reaches 0.9.</summary>
    public bool Keeps(int predictedClass, float confidence) => confidence >= _limits[predictedClass];

    /// <summary>Sets the labels of pixels below their class's threshold to 255, in place.</summary>
    /// <returns>How many pixels are kept.</returns>
    public long Apply(Span<byte> labels, ReadOnlySpan<float> confidences)
    {
        if (labels.Length != confidences.Length) throw new ArgumentException("A confidence a label is needed.", nameof(confidences));
        long kept = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == LabelMap.Ignore) continue;
            if (confidences[i] >= _limits[labels[i]]) kept++;
            else labels[i] = LabelMap.Ignore;
        }

        return kept;
    }

    private static double Quantile(List<float> values, double fraction)
    {
        values.Sort();
        double rank = fraction * (values.Count - 1);
        int below = (int)Math.Floor(rank), above = Math.Min(below + 1, values.Count - 1);
        return values[below] + (((double)values[above] - values[below]) * (rank - below));
    }

    private static void Check(double percent, double maxThreshold)
    {
        if (percent is not (>= 0 and <= 100)) throw new ArgumentOutOfRangeException(nameof(percent), percent, "0..100 is needed.");
        if (maxThreshold is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(maxThreshold), maxThreshold, "0..1 is needed.");
    }
}
