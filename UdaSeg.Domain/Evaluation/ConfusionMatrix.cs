using System.Text.Json.Serialization;
using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.Evaluation;

/// <summary>What becomes of ground truth whose class the model does not have.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MissingClasses>))]
public enum MissingClasses
{
    /// <summary>Their pixels count as 255: they are left out.</summary>
    [JsonStringEnumMemberName("ignore")] Ignore,

    /// <summary>Their pixels are errors, and the classes stand in the mean with an IoU of 0.</summary>
    [JsonStringEnumMemberName("count")] Count,
}

/// <summary>Pixel counts by true class (rows) and predicted class (columns). Pixels whose truth is 255 are left out. Fill one a thread and merge.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;

    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, (int)LabelMap.Ignore);
        (Classes, _counts) = (classes, new long[classes * (classes + 1)]);
    }

    public int Classes { get; }

    public long this[int truth, int prediction] => _counts[(truth * (Classes + 1)) + prediction];

    /// <param name="truth">Class a pixel; 255 is skipped.</param>
    /// <param name="prediction">As many; a prediction that is no class of the matrix (255 included) is an error of the true class.</param>
    /// <param name="known">Which classes the model has; null: all.</param>
    /// <param name="missing">What becomes of the others.</param>
    /// <exception cref="ArgumentException">When the lengths differ or a true value is no class.</exception>
    public void Add(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> prediction, ReadOnlySpan<bool> known = default, MissingClasses missing = MissingClasses.Ignore)
    {
        if (truth.Length != prediction.Length) throw new ArgumentException("A prediction a true label is needed.", nameof(prediction));
        if (!known.IsEmpty && known.Length != Classes) throw new ArgumentException($"{Classes} flags are needed.", nameof(known));
        int stride = Classes + 1;
        for (int i = 0; i < truth.Length; i++)
        {
            int row = truth[i];
            if (row == LabelMap.Ignore) continue;
            if (row >= Classes) throw new ArgumentException($"True label {row} is no class of {Classes}.", nameof(truth));
            if (missing == MissingClasses.Ignore && !known.IsEmpty && !known[row]) continue;
            _counts[(row * stride) + Math.Min((int)prediction[i], Classes)]++;
        }
    }

    public void Merge(ConfusionMatrix other)
    {
        if (other.Classes != Classes) throw new ArgumentException($"{other.Classes} classes do not merge into {Classes}.", nameof(other));
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
    }

    /// <summary>Ground-truth pixels of a class.</summary>
    public long Pixels(int index)
    {
        long sum = 0;
        for (int prediction = 0; prediction <= Classes; prediction++) sum += this[index, prediction];
        return sum;
    }

    /// <summary>TP / (TP + FP + FN), 0..1; null for a class that is absent from the ground truth.</summary>
    public double? Iou(int index)
    {
        long truth = Pixels(index), predicted = 0;
        if (truth == 0) return null;
        for (int row = 0; row < Classes; row++) predicted += this[row, index];
        return (double)this[index, index] / (truth + predicted - this[index, index]);
    }

    /// <summary>TP / (TP + FN), 0..1; null for a class that is absent from the ground truth.</summary>
    public double? Accuracy(int index) => Pixels(index) is var truth and > 0 ? (double)this[index, index] / truth : null;

    /// <summary>Mean IoU over the classes that are present in the ground truth; null when none is.</summary>
    public double? MeanIou() => MeanIou([.. Enumerable.Range(0, Classes)]);

    /// <summary>The same over a subset of classes.</summary>
    public double? MeanIou(IReadOnlyList<int> subset) => subset.Select(Iou).Average();

    /// <returns>[C][C]: rows truth, columns prediction (predictions that are no class are left out).</returns>
    public long[][] ToRows() => [.. Enumerable.Range(0, Classes).Select(row => _counts.AsSpan(row * (Classes + 1), Classes).ToArray())];
}
