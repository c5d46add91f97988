namespace UdaSeg.Infrastructure.Imaging;

/// <summary>
/// Along one axis, the source pixels that make each output pixel and their weights: a triangle of half-width max(1, source / scaled), normalised.
/// That is bilinear interpolation when enlarging, and an area-like average (no aliasing) when shrinking.
/// </summary>
internal sealed class AxisTaps
{
    private readonly int[] _first;
    private readonly int[] _count;
    private readonly float[] _weights;
    private readonly int _stride;

    /// <param name="source">The source's length in pixels.</param>
    /// <param name="scaled">What that length becomes.</param>
    /// <param name="offset">The first output pixel, in the scaled image.</param>
    /// <param name="length">How many output pixels.</param>
    public AxisTaps(int source, double scaled, int offset, int length)
    {
        double ratio = source / scaled, radius = Math.Max(1, ratio);
        _stride = (int)Math.Ceiling(2 * radius) + 1;
        (_first, _count, _weights) = (new int[length], new int[length], new float[length * _stride]);
        (Begin, End) = (source, 0);
        for (int i = 0; i < length; i++)
        {
            double position = offset + i + 0.5;
            if (position < 0 || position >= scaled) continue;
            Place(i, position * ratio, radius, source);
            (Begin, End) = (Math.Min(Begin, _first[i]), Math.Max(End, _first[i] + _count[i]));
        }
    }

    /// <summary>The first source pixel that any output pixel needs.</summary>
    public int Begin { get; }

    /// <summary>One past the last; not above <see cref="Begin"/> when no output pixel lies in the image.</summary>
    public int End { get; }

    public int Length => _first.Length;

    public int First(int output) => _first[output];

    /// <summary>Empty for an output pixel outside the image.</summary>
    public ReadOnlySpan<float> Weights(int output) => _weights.AsSpan(output * _stride, _count[output]);

    /// <returns>The source pixel that output pixel <paramref name="index"/> lies in (pixel-centre convention); −1 outside the image.</returns>
    public static int Nearest(int source, double scaled, int index)
    {
        double position = index + 0.5;
        return position < 0 || position >= scaled ? -1 : Math.Min(source - 1, (int)(position * (source / scaled)));
    }

    private void Place(int output, double center, double radius, int source)
    {
        int first = Math.Max(0, (int)Math.Floor(center - radius - 0.5) + 1);
        int end = Math.Min(source, (int)Math.Ceiling(center + radius - 0.5));
        double sum = 0;
        for (int k = first; k < end; k++) sum += Triangle(k, center, radius);
        for (int k = first; k < end; k++) _weights[(output * _stride) + k - first] = (float)(Triangle(k, center, radius) / sum);
        (_first[output], _count[output]) = (first, end - first);
    }

    private static double Triangle(int pixel, double center, double radius) => Math.Max(0, 1 - (Math.Abs(pixel + 0.5 - center) / radius));
}
