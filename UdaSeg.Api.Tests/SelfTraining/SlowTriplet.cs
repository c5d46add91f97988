namespace UdaSeg.Api.Tests.SelfTraining;

/// <summary>Eq. 4 written out pixel by pixel in double precision: the reference for the tensor version.</summary>
internal static class SlowTriplet
{
    /// <param name="features">[n][D], not normalised.</param>
    /// <param name="labels">[n]; 255 is left out.</param>
    /// <param name="centers">[C]: a point on the unit sphere, or null where a class has none.</param>
    /// <param name="margin">α.</param>
    /// <param name="allNegatives">False: the nearest wrong centre. True: the mean over all wrong centres.</param>
    /// <returns>The mean over pixels that have a centre of their own class and one of another; 0 without any.</returns>
    public static double Loss(IReadOnlyList<float[]> features, IReadOnlyList<int> labels, IReadOnlyList<float[]?> centers, double margin, bool allNegatives)
    {
        double sum = 0;
        int valid = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            if (labels[i] == 255 || centers[labels[i]] is not { } own) continue;
            double[] unit = Normalise(features[i]);
            double[] wrong = [.. centers.Where((c, k) => c is not null && k != labels[i]).Select(c => Distance(unit, c!))];
            if (wrong.Length == 0) continue;
            double right = Distance(unit, own);
            sum += allNegatives ? wrong.Average(w => Math.Max(right - w + margin, 0)) : Math.Max(right - wrong.Min() + margin, 0);
            valid++;
        }

        return valid == 0 ? 0 : sum / valid;
    }

    /// <summary>√max(2 − 2cos, 1e-8), for unit vectors.</summary>
    private static double Distance(double[] unit, float[] center) => Math.Sqrt(Math.Max(2 - (2 * unit.Zip(center, (u, c) => u * c).Sum()), 1e-8));

    private static double[] Normalise(float[] feature)
    {
        double norm = Math.Sqrt(feature.Sum(v => (double)v * v));
        return [.. feature.Select(v => norm > 0 ? v / norm : 0)];
    }
}
