using CsCheck;
using UdaSeg.Infrastructure.Torch.Reading;
using Xunit;

namespace UdaSeg.Api.Tests.Serving;

public sealed class LogitReaderTests
{
    private static readonly Gen<(int Classes, int H, int W, int Height, int Width, int Threads, ulong Seed)> Cases =
        Gen.Select(Gen.Int[1, 21], Gen.Int[1, 9], Gen.Int[1, 40], Gen.Int[1, 33], Gen.Int[1, 90], Gen.Int[1, 3], Gen.ULong);

    [Fact]
    public void Labels_confidences_and_probabilities_are_those_of_logits_at_full_size() => Cases.Sample(at =>
    {
        using LogitGrid grid = Random(at.Classes, at.H, at.W, at.Seed);
        double[] slow = Slow(grid, at.Width, at.Height);
        byte[] labels = new byte[at.Width * at.Height], again = new byte[labels.Length];
        var confidences = new float[labels.Length];
        var probabilities = new float[at.Classes * labels.Length];
        using var reader = new LogitReader(grid, 1, at.Width, at.Height);
        reader.ReadLabels(labels, at.Threads);
        reader.ReadConfidences(again, confidences, at.Threads);
        reader.ReadProbabilities(probabilities, at.Threads);
        for (int i = 0; i < labels.Length; i++)
        {
            double[] p = [.. Enumerable.Range(0, at.Classes).Select(c => slow[(c * labels.Length) + i])];
            double best = p.Max();
            Assert.True(p[labels[i]] > best - 1e-5, $"pixel {i}: class {labels[i]} has {p[labels[i]]}, the best {best}");
            Assert.True(p[again[i]] > best - 1e-5);
            Assert.Equal(best, confidences[i], 1e-5);
            for (int c = 0; c < p.Length; c++) Assert.Equal(p[c], probabilities[(c * labels.Length) + i], 1e-5);
        }
    }, iter: 300);

    [Fact]
    public void Flat_logits_give_the_first_class_everywhere()
    {
        using var grid = new LogitGrid(1, 4, 3, 20);
        grid.Values.Clear();
        var labels = new byte[50 * 9];
        labels.AsSpan().Fill(9);
        using var reader = new LogitReader(grid, 0, 50, 9);
        reader.ReadLabels(labels, 1);
        Assert.All(labels, label => Assert.Equal(0, label));
    }

    /// <summary>Soft-max of bilinearly interpolated logits with aligned corners, pixel by pixel: [C, H, W].</summary>
    private static double[] Slow(LogitGrid grid, int width, int height)
    {
        var probabilities = new double[grid.Classes * width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double fy = height == 1 ? 0 : y * (grid.Height - 1.0) / (height - 1), fx = width == 1 ? 0 : x * (grid.Width - 1.0) / (width - 1);
                int y0 = (int)fy, x0 = (int)fx, y1 = Math.Min(y0 + 1, grid.Height - 1), x1 = Math.Min(x0 + 1, grid.Width - 1);
                double At(int c, int row, int column) => grid.Row(1, c, row)[column];
                double[] logits = [.. Enumerable.Range(0, grid.Classes).Select(c =>
                    ((1 - (fy - y0)) * (((1 - (fx - x0)) * At(c, y0, x0)) + ((fx - x0) * At(c, y0, x1))))
                    + ((fy - y0) * (((1 - (fx - x0)) * At(c, y1, x0)) + ((fx - x0) * At(c, y1, x1)))))];
                double top = logits.Max(), sum = logits.Sum(l => Math.Exp(l - top));
                for (int c = 0; c < logits.Length; c++) probabilities[(((c * height) + y) * width) + x] = Math.Exp(logits[c] - top) / sum;
            }
        }

        return probabilities;
    }

    /// <summary>Two images; the second is looked at, so that a wrong offset shows.</summary>
    private static LogitGrid Random(int classes, int height, int width, ulong seed)
    {
        var grid = new LogitGrid(2, classes, height, width);
        var random = new Random((int)(seed % int.MaxValue));
        foreach (ref float value in grid.Values) value = (float)((random.NextDouble() * 8) - 4);
        return grid;
    }
}
