using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.SelfTraining;

/// <summary>
/// Confidences (softmax probability of the predicted class, 0..1) by predicted class, in 2^14 bins each: 128 KB a class instead of every pixel of the target
/// domain. Kept with the stage, it answers what any other percent or threshold would keep without running the network. Not safe for concurrent writers:
/// fill one a thread and <see cref="Merge"/>.
/// </summary>
public sealed class ConfidenceHistogram
{
    public const int Bins = 1 << 14;

    private readonly long[] _counts;

    public ConfidenceHistogram(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, (int)LabelMap.Ignore);
        (Classes, _counts) = (classes, new long[classes * Bins]);
    }

    public int Classes { get; }

    public void Add(int predictedClass, float confidence)
    {
        if ((uint)predictedClass >= (uint)Classes)
        {
            throw new ArgumentOutOfRangeException(nameof(predictedClass), predictedClass, $"There are {Classes} classes.");
        }

        _counts[(predictedClass * Bins) + BinOf(confidence)]++;
    }

    /// <param name="labels">Predicted class a pixel; 255 is skipped.</param>
    /// <param name="confidences">As many, 0..1.</param>
    /// <exception cref="ArgumentException">When the lengths differ, a label is no class, or a confidence is no number.</exception>
    public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<float> confidences)
    {
        if (labels.Length != confidences.Length) throw new ArgumentException("A confidence a label is needed.", nameof(confidences));
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] != LabelMap.Ignore) Add(labels[i], confidences[i]);
        }
    }

    public void Merge(ConfidenceHistogram other)
    {
        if (other.Classes != Classes) throw new ArgumentException($"{other.Classes} classes do not merge into {Classes}.", nameof(other));
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
    }

    /// <summary>Pixels predicted to be of a class.</summary>
    public long Count(int predictedClass)
    {
        long count = 0;
        foreach (long bin in Of(predictedClass)) count += bin;
        return count;
    }

    /// <summary>The quantile of sorted confidences at rank <c>fraction · (n − 1)</c>; a bin's pixels are taken to lie evenly in it.</summary>
    /// <param name="predictedClass">0..C−1.</param>
    /// <param name="fraction">0..1.</param>
    /// <returns>Null for a class without pixels.</returns>
    public double? Quantile(int predictedClass, double fraction)
    {
        long count = Count(predictedClass);
        if (count == 0) return null;
        double rank = Math.Clamp(fraction, 0, 1) * (count - 1);
        long below = (long)Math.Floor(rank);
        double lower = OrderStatistic(predictedClass, below), upper = OrderStatistic(predictedClass, Math.Min(below + 1, count - 1));
        return lower + ((upper - lower) * (rank - below));
    }

    /// <summary>The share of a class's pixels whose confidence reaches a threshold, 0..1; null for a class without pixels.</summary>
    public double? ShareAtLeast(int predictedClass, double threshold)
    {
        long count = Count(predictedClass);
        if (count == 0) return null;
        ReadOnlySpan<long> bins = Of(predictedClass);
        double position = Math.Clamp(threshold, 0, 1) * Bins;
        int bin = Math.Min((int)position, Bins - 1);
        double kept = bins[bin] * (bin + 1 - position);
        for (int i = bin + 1; i < Bins; i++) kept += bins[i];
        return threshold > 1 ? 0 : kept / count;
    }

    /// <summary>What a setting keeps: per class (null without pixels) and of all pixels. Runs nothing.</summary>
    public KeptShare Kept(double percent, double maxThreshold) => Kept(ClassThresholds.Compute(this, percent, maxThreshold).Values);

    /// <summary>What thresholds keep, whatever rule they are from.</summary>
    /// <param name="thresholds">t_c by class.</param>
    public KeptShare Kept(IReadOnlyList<double> thresholds)
    {
        double?[] shares = [.. thresholds.Select((threshold, c) => ShareAtLeast(c, threshold))];
        long[] counts = [.. Enumerable.Range(0, Classes).Select(Count)];
        long total = counts.Sum();
        return new KeptShare(thresholds, shares, counts, total == 0 ? 0 : shares.Select((share, c) => (share ?? 0) * counts[c]).Sum() / total);
    }

    /// <summary>A class's counts in fewer bins of equal width, for drawing.</summary>
    /// <param name="predictedClass">0..C−1.</param>
    /// <param name="bins">A divisor of <see cref="Bins"/>.</param>
    /// <returns>[bins]; bin b counts the confidences of b/bins up to (b + 1)/bins.</returns>
    public long[] Coarse(int predictedClass, int bins)
    {
        if (bins < 1 || Bins % bins != 0) throw new ArgumentOutOfRangeException(nameof(bins), bins, $"A divisor of {Bins} is needed.");
        ReadOnlySpan<long> fine = Of(predictedClass);
        var coarse = new long[bins];
        for (int i = 0; i < Bins; i++) coarse[i / (Bins / bins)] += fine[i];
        return coarse;
    }

    /// <summary>The filled bins only.</summary>
    public ConfidenceHistogramRecord ToRecord() => new(Bins, [.. Enumerable.Range(0, Classes).Select(ClassRecord)]);

    /// <exception cref="InvalidDataException">When the record does not describe such a histogram.</exception>
    public static ConfidenceHistogram FromRecord(ConfidenceHistogramRecord record)
    {
        if (record.Bins != Bins || record.Classes.Count is 0 or > LabelMap.Ignore)
        {
            throw new InvalidDataException("These are no confidence histograms of this version.");
        }

        var histogram = new ConfidenceHistogram(record.Classes.Count);
        for (int c = 0; c < record.Classes.Count; c++)
        {
            ConfidenceClassRecord filled = record.Classes[c];
            if (filled.Bins.Count != filled.Counts.Count) throw new InvalidDataException("Every filled bin needs its count.");
            for (int i = 0; i < filled.Bins.Count; i++)
            {
                if ((uint)filled.Bins[i] >= Bins || filled.Counts[i] < 0)
                {
                    throw new InvalidDataException($"Bin {filled.Bins[i]} is not in 0..{Bins - 1}, or its count is negative.");
                }

                histogram._counts[(c * Bins) + filled.Bins[i]] = filled.Counts[i];
            }
        }

        return histogram;
    }

    private ReadOnlySpan<long> Of(int predictedClass)
    {
        if ((uint)predictedClass >= (uint)Classes)
        {
            throw new ArgumentOutOfRangeException(nameof(predictedClass), predictedClass, $"There are {Classes} classes.");
        }

        return _counts.AsSpan(predictedClass * Bins, Bins);
    }

    /// <summary>About where the k-th smallest confidence lies: pixel j of n in a bin at (j + ½) / n of its width.</summary>
    private double OrderStatistic(int predictedClass, long k)
    {
        ReadOnlySpan<long> bins = Of(predictedClass);
        int bin = 0;
        while (k >= bins[bin]) k -= bins[bin++];
        return (bin + ((k + 0.5) / bins[bin])) / Bins;
    }

    private ConfidenceClassRecord ClassRecord(int predictedClass)
    {
        long[] bins = Of(predictedClass).ToArray();
        int[] filled = [.. Enumerable.Range(0, Bins).Where(b => bins[b] != 0)];
        return new ConfidenceClassRecord(filled, [.. filled.Select(b => bins[b])]);
    }

    private static int BinOf(float confidence)
    {
        if (float.IsNaN(confidence)) throw new ArgumentException("A confidence is not a number.", nameof(confidence));
        return Math.Clamp((int)(confidence * Bins), 0, Bins - 1);
    }
}

/// <param name="Thresholds">t_c by class.</param>
/// <param name="PerClass">Share of the pixels predicted c that are kept, 0..1; null for a class without pixels.</param>
/// <param name="Pixels">Pixels predicted c.</param>
/// <param name="Total">Share of all pixels that are kept, 0..1.</param>
public sealed record KeptShare(IReadOnlyList<double> Thresholds, IReadOnlyList<double?> PerClass, IReadOnlyList<long> Pixels, double Total);

/// <summary>For JSON: the bins that hold pixels, by class.</summary>
public sealed record ConfidenceHistogramRecord(int Bins, IReadOnlyList<ConfidenceClassRecord> Classes);

/// <param name="Bins">Indices of filled bins, ascending.</param>
/// <param name="Counts">Pixels in each of them.</param>
public sealed record ConfidenceClassRecord(IReadOnlyList<int> Bins, IReadOnlyList<long> Counts);
