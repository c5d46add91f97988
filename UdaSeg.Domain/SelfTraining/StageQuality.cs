namespace UdaSeg.Domain.SelfTraining;

/// <summary>
/// How a stage's model T_i behaves on the target, told without any label, on evenly spaced target images. None of it measures correctness: a model that
/// predicts one class everywhere agrees with itself and is consistent.
/// </summary>
/// <param name="Images">Target images looked at.</param>
/// <param name="Agreement">Share of their pixels where T_{i−1} and T_i have the same arg-max, 0..1; null in stage 0.</param>
/// <param name="MeanConfidence">Mean softmax probability of the arg-max over their pixels, 0..1.</param>
/// <param name="Consistency">Share of their pixels whose arg-max on the colour-jittered image (τ) is that on the clean one, 0..1.</param>
public sealed record StageQuality(int Images, double? Agreement, double MeanConfidence, double Consistency)
{
    /// <summary>Indices 0..count−1 of at most <paramref name="maxImages"/> evenly spaced samples, ascending, without doubles.</summary>
    public static int[] Choose(int count, int maxImages)
    {
        int chosen = Math.Min(count, maxImages);
        return [.. Enumerable.Range(0, chosen).Select(k => (int)((long)k * count / chosen))];
    }

    /// <returns>How many places hold the same label.</returns>
    /// <exception cref="ArgumentException">When the lengths differ.</exception>
    public static long CountEqual(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.Length != second.Length) throw new ArgumentException("Two maps of one size are needed.", nameof(second));
        long equal = 0;
        for (int i = 0; i < first.Length; i++)
        {
            if (first[i] == second[i]) equal++;
        }

        return equal;
    }
}
