using System.Numerics;
using UdaSeg.Domain.Images;

namespace UdaSeg.Domain.Photometry;

/// <summary>
/// The discrete Fourier transform of an image's channels at the frequencies |u|, |v| ≤ b only, which is all that FDA touches. Direct sums, separable:
/// any size works, and for the usual narrow window it is less work than a whole fast transform. Real input: v ≥ 0 suffices, the rest is conjugate.
/// </summary>
internal sealed class LowFrequencies
{
    private readonly Complex[][] _coefficients;

    private LowFrequencies(int halfWidth, Complex[][] coefficients) => (HalfWidth, _coefficients) = (halfWidth, coefficients);

    public int HalfWidth { get; }

    /// <summary>The widest window in which each frequency of a size appears once.</summary>
    public static int WidestFor(int width, int height) => (Math.Min(width, height) - 1) / 2;

    /// <returns>F(u, v) of channel 0..2, u = −b..b (cycles over the height), v = 0..b (over the width).</returns>
    public ref Complex At(int channel, int u, int v) => ref _coefficients[channel][((u + HalfWidth) * (HalfWidth + 1)) + v];

    public static LowFrequencies Of(RgbImage image, int halfWidth)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(halfWidth, WidestFor(image.Width, image.Height));
        var waves = new Waves(image.Width, halfWidth);
        var vertical = new Waves(image.Height, halfWidth);
        var result = new LowFrequencies(halfWidth, [Empty(halfWidth), Empty(halfWidth), Empty(halfWidth)]);
        var row = new double[image.Width];
        var spectrum = new Complex[halfWidth + 1];
        for (int y = 0; y < image.Height; y++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                int start = (3 * y * image.Width) + channel;
                for (int x = 0; x < row.Length; x++) row[x] = image.Pixels[start + (3 * x)];
                for (int v = 0; v <= halfWidth; v++) spectrum[v] = new Complex(Dot(row, waves.Cosine(v)), -Dot(row, waves.Sine(v)));
                result.AddRow(channel, y, spectrum, vertical);
            }
        }

        return result;
    }

    /// <summary>Adds the inverse transform of these coefficients, row <paramref name="y"/> of <paramref name="channel"/>, to <paramref name="row"/>.</summary>
    public void SynthesiseRow(int channel, int y, Span<double> row, Waves horizontal, Waves vertical)
    {
        double scale = 1.0 / ((double)horizontal.Length * vertical.Length);
        for (int v = 0; v <= HalfWidth; v++)
        {
            Complex sum = Complex.Zero;
            for (int u = -HalfWidth; u <= HalfWidth; u++) sum += At(channel, u, v) * vertical.At(u, y);
            sum *= v == 0 ? scale : 2 * scale; // The conjugate half at −v doubles the real part.
            AddScaled(row, horizontal.Cosine(v), sum.Real, horizontal.Sine(v), -sum.Imaginary);
        }
    }

    private static Complex[] Empty(int halfWidth) => new Complex[((2 * halfWidth) + 1) * (halfWidth + 1)];

    private void AddRow(int channel, int y, Complex[] spectrum, Waves vertical)
    {
        for (int u = -HalfWidth; u <= HalfWidth; u++)
        {
            Complex wave = Complex.Conjugate(vertical.At(u, y));
            Span<Complex> target = _coefficients[channel].AsSpan((u + HalfWidth) * (HalfWidth + 1), HalfWidth + 1);
            for (int v = 0; v < target.Length; v++) target[v] += spectrum[v] * wave;
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector<double> sum = Vector<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count) sum += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        double total = Vector.Sum(sum);
        for (; i < a.Length; i++) total += a[i] * b[i];
        return total;
    }

    private static void AddScaled(Span<double> row, ReadOnlySpan<double> a, double weightA, ReadOnlySpan<double> b, double weightB)
    {
        int i = 0;
        for (; i <= row.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(row[i..]) + (new Vector<double>(a[i..]) * weightA) + (new Vector<double>(b[i..]) * weightB)).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++) row[i] += (weightA * a[i]) + (weightB * b[i]);
    }
}

/// <summary>cos and sin of 2π·k·x / length for k = 0..count and x = 0..length − 1.</summary>
internal sealed class Waves
{
    private readonly double[] _cosines;
    private readonly double[] _sines;

    public Waves(int length, int count)
    {
        Length = length;
        (_cosines, _sines) = (new double[length * (count + 1)], new double[length * (count + 1)]);
        for (int k = 0; k <= count; k++)
        {
            for (int x = 0; x < length; x++)
            {
                // The product is reduced first: the angle stays exact for large k·x.
                (_sines[(k * length) + x], _cosines[(k * length) + x]) = Math.SinCos(2 * Math.PI * ((long)k * x % length) / length);
            }
        }
    }

    public int Length { get; }

    public ReadOnlySpan<double> Cosine(int k) => _cosines.AsSpan(k * Length, Length);

    public ReadOnlySpan<double> Sine(int k) => _sines.AsSpan(k * Length, Length);

    /// <returns>exp(2πi·k·x / length) for k of either sign.</returns>
    public Complex At(int k, int x)
    {
        int index = (Math.Abs(k) * Length) + x;
        return new Complex(_cosines[index], k < 0 ? -_sines[index] : _sines[index]);
    }
}
