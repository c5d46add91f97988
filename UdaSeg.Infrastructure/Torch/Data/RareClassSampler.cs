using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>First a class, the rarer the likelier, then one of the images that show it: see <see cref="RareClassSettings"/>.</summary>
internal sealed class RareClassSampler
{
    private readonly double[] _upTo; // cumulated probabilities of the classes that can be drawn
    private readonly int[] _classes;
    private readonly int[][] _images;

    /// <param name="counts">Of the source's labels.</param>
    /// <param name="images">How many images there are.</param>
    /// <param name="settings">Temperature and least pixels.</param>
    public RareClassSampler(ClassCounts counts, int images, RareClassSettings settings)
    {
        var shown = Enumerable.Range(0, counts.Classes)
            .Select(c => (Class: c, Images: Enumerable.Range(0, images).Where(i => counts.Pixels(i, c) >= settings.MinPixels).ToArray()))
            .Where(c => c.Images.Length > 0)
            .ToArray();
        _classes = [.. shown.Select(c => c.Class)];
        _images = [.. shown.Select(c => c.Images)];
        _upTo = Cumulated(Probabilities([.. _classes.Select(counts.Share)], settings.Temperature));
    }

    /// <summary>Whether any image shows any class; otherwise all are as likely.</summary>
    public bool CanDraw => _classes.Length > 0;

    /// <returns>An image's index.</returns>
    public int Draw(SampleKey key)
    {
        DrawSequence draws = key.Sequence(DrawPurpose.RareClass);
        double at = draws.NextUnit();
        int chosen = Array.FindIndex(_upTo, upTo => at < upTo);
        int[] images = _images[chosen < 0 ? _images.Length - 1 : chosen]; // the last sum may be below 1 by rounding
        return images[draws.NextBelow(images.Length)];
    }

    /// <summary>Softmax of (1 − share) / T.</summary>
    internal static double[] Probabilities(double[] shares, double temperature)
    {
        double least = shares.Length == 0 ? 0 : shares.Min();
        double[] weights = [.. shares.Select(f => Math.Exp((least - f) / temperature))];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }

    private static double[] Cumulated(double[] values)
    {
        double sum = 0;
        return [.. values.Select(v => sum += v)];
    }
}
