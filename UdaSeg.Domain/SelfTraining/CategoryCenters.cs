using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.SelfTraining;

/// <summary>Sums of source features by ground-truth class, in double precision: what eq. 3 averages over all source images. Merge one a thread.</summary>
public sealed class CategoryCenterSums
{
    private readonly double[] _sums;
    private readonly long[] _counts;

    /// <param name="classes">C, 1..255.</param>
    /// <param name="dimensions">D: channels of a feature.</param>
    public CategoryCenterSums(int classes, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        (Classes, Dimensions, _sums, _counts) = (classes, dimensions, new double[classes * dimensions], new long[classes]);
    }

    public int Classes { get; }

    public int Dimensions { get; }

    /// <summary>Pixels by class.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <param name="feature">[D], not normalised.</param>
    /// <param name="label">Ground truth; 255 is skipped.</param>
    public void Add(ReadOnlySpan<float> feature, int label)
    {
        if (label == LabelMap.Ignore) return;
        if ((uint)label >= (uint)Classes) throw new ArgumentOutOfRangeException(nameof(label), label, $"There are {Classes} classes.");
        if (feature.Length != Dimensions) throw new ArgumentException($"A feature has {Dimensions} values, not {feature.Length}.", nameof(feature));
        Span<double> sum = _sums.AsSpan(label * Dimensions, Dimensions);
        for (int d = 0; d < sum.Length; d++) sum[d] += feature[d];
        _counts[label]++;
    }

    /// <summary>Adds sums that were formed elsewhere, for instance by a one-hot product on the device.</summary>
    /// <param name="sums">[C, D], row by row.</param>
    /// <param name="counts">[C] pixels behind each row.</param>
    public void Add(ReadOnlySpan<double> sums, ReadOnlySpan<long> counts)
    {
        if (sums.Length != _sums.Length || counts.Length != _counts.Length)
        {
            throw new ArgumentException($"{Classes}×{Dimensions} sums and {Classes} counts are needed.", nameof(sums));
        }

        for (int i = 0; i < sums.Length; i++) _sums[i] += sums[i];
        for (int c = 0; c < counts.Length; c++) _counts[c] += counts[c];
    }

    public void Merge(CategoryCenterSums other)
    {
        if ((other.Classes, other.Dimensions) != (Classes, Dimensions)) throw new ArgumentException("The sums have other shapes.", nameof(other));
        Add(other._sums, other._counts);
    }

    /// <summary>f_c = G(mean of the features of class c): normalised once, here. A class without pixels (or of mean 0) has no centre.</summary>
    public CategoryCenters Build()
    {
        var centers = new float[]?[Classes];
        for (int c = 0; c < Classes; c++)
        {
            double[] sum = _sums.AsSpan(c * Dimensions, Dimensions).ToArray();
            double norm = Math.Sqrt(sum.Sum(v => v * v)); // The mean's count cancels in the normalisation.
            if (_counts[c] > 0 && norm > 0) centers[c] = Array.ConvertAll(sum, v => (float)(v / norm));
        }

        return new CategoryCenters(Dimensions, centers, [.. _counts]);
    }
}

/// <summary>The category centres f_c of eq. 3: points on the unit sphere.</summary>
/// <param name="Dimensions">D.</param>
/// <param name="Centers">By class: [D] of length 1, or null for a class without source pixels, which the triplet loss leaves out.</param>
/// <param name="Pixels">Source pixels behind each centre.</param>
public sealed record CategoryCenters(int Dimensions, IReadOnlyList<float[]?> Centers, IReadOnlyList<long> Pixels)
{
    /// <returns>Which classes have a centre, [C].</returns>
    public bool[] Mask() => [.. Centers.Select(c => c is not null)];

    /// <returns>[C, D] row by row, zeros where there is no centre: for a tensor beside <see cref="Mask"/>.</returns>
    public float[] ToMatrix()
    {
        var matrix = new float[Centers.Count * Dimensions];
        for (int c = 0; c < Centers.Count; c++) Centers[c]?.CopyTo(matrix, c * Dimensions);
        return matrix;
    }

    /// <summary>Euclidean distances between centres, 0..2; null where a class has no centre.</summary>
    public double?[][] Distances() => [.. Centers.Select(a => Centers.Select(b => a is null || b is null ? (double?)null : Distance(a, b)).ToArray())];

    private static double Distance(float[] a, float[] b)
    {
        double sum = 0;
        for (int d = 0; d < a.Length; d++) sum += ((double)a[d] - b[d]) * ((double)a[d] - b[d]);
        return Math.Sqrt(sum);
    }
}
