using System.Text.Json;
using CsCheck;
using UdaSeg.Domain.SelfTraining;
using Xunit;

namespace UdaSeg.Api.Tests.SelfTraining;

public sealed class ClassThresholdsTests
{
    private const double BinWidth = 1.0 / ConfidenceHistogram.Bins;
    private static readonly JsonElement Golden = GoldenTraining.Root.GetProperty("thresholds");

    private static readonly Gen<(byte[] Labels, float[] Confidences, double Percent, double Max)> Sets =
        from pixels in Gen.Select(Gen.Int[0, 3], Gen.Float[0, 1]).Array[1, 3000]
        from percent in Gen.Double[0, 100]
        from max in Gen.Double[0, 1]
        select (pixels.Select(p => (byte)p.Item1).ToArray(), pixels.Select(p => p.Item2).ToArray(), percent, max);

    [Theory]
    [InlineData("expected", 10)]
    [InlineData("p50", 50)]
    public void Both_modes_give_the_golden_thresholds(string field, double percent)
    {
        byte[] labels = Golden.GetProperty("label").Bytes();
        float[] confidences = Golden.GetProperty("confidence").Floats();
        int classes = Golden.GetProperty("classes").GetInt32();
        double max = Golden.GetProperty("pH").GetDouble();
        var histogram = new ConfidenceHistogram(classes);
        histogram.Add(labels, confidences);
        double[] exact = ClassThresholds.ComputeExactly(labels, confidences, classes, percent, max).Values;
        double[] streamed = ClassThresholds.Compute(histogram, percent, max).Values;
        double?[] expected = Golden.GetProperty(field).Numbers();
        for (int c = 0; c < classes; c++)
        {
            Assert.Equal(expected[c]!.Value, exact[c], 1e-6);
            Assert.Equal(expected[c]!.Value, streamed[c], BinWidth);
        }
    }

    [Fact]
    public void The_streamed_threshold_lies_within_a_bin_of_the_exact_one() => Sets.Sample(set =>
    {
        var histogram = new ConfidenceHistogram(5);
        histogram.Add(set.Labels, set.Confidences);
        double[] exact = ClassThresholds.ComputeExactly(set.Labels, set.Confidences, 5, set.Percent, set.Max).Values;
        double[] streamed = ClassThresholds.Compute(histogram, set.Percent, set.Max).Values;
        for (int c = 0; c < 5; c++) Assert.Equal(exact[c], streamed[c], BinWidth + 1e-9);
        Assert.Equal(set.Max, streamed[4]); // Nothing was predicted to be of the last class.
    });

    [Fact]
    public void At_least_the_asked_percentage_of_each_class_is_kept() => Sets.Sample(set =>
    {
        var thresholds = ClassThresholds.ComputeExactly(set.Labels, set.Confidences, 5, set.Percent, set.Max);
        for (byte c = 0; c < 4; c++)
        {
            float[] own = [.. set.Confidences.Where((_, i) => set.Labels[i] == c)];
            Assert.True(own.Count(v => thresholds.Keeps(c, v)) >= Math.Floor(own.Length * set.Percent / 100));
        }
    });

    [Fact]
    public void Apply_ignores_what_lies_below_and_counts_the_rest()
    {
        var thresholds = new ClassThresholds([0.9, 0.5]);
        byte[] labels = [0, 0, 1, 1, 255, 0];
        Assert.Equal(3, thresholds.Apply(labels, [0.9f, 0.89f, 0.5f, 0.49f, 1f, 1f]));
        Assert.Equal([0, 255, 1, 255, 255, 0], labels);
    }

    [Theory]
    [InlineData(-1, 0.9)]
    [InlineData(101, 0.9)]
    [InlineData(double.NaN, 0.9)]
    [InlineData(10, 1.1)]
    public void Settings_out_of_range_are_refused(double percent, double max) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassThresholds.Compute(new ConfidenceHistogram(2), percent, max));

    [Fact]
    public void The_defaults_are_those_of_the_paper() => Assert.Equal(new PseudoLabelSettings(0.9, 10), new PseudoLabelSettings());
}
