using System.Text.Json;
using CsCheck;
using UdaSeg.Api.Tests.SelfTraining;
using UdaSeg.Domain.Evaluation;
using Xunit;

namespace UdaSeg.Api.Tests.Evaluation;

public sealed class ConfusionMatrixTests
{
    private static readonly Gen<(byte Truth, byte Prediction)[]> Pixels =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4]).Select((t, p) => (t == 4 ? (byte)255 : (byte)t, p == 4 ? (byte)255 : (byte)p)).Array[0, 200];

    [Fact]
    public void Counts_and_scores_equal_the_golden_ones()
    {
        JsonElement golden = GoldenTraining.Root.GetProperty("evaluation");
        var matrix = new ConfusionMatrix(golden.GetProperty("classes").GetInt32());
        matrix.Add(golden.GetProperty("truth").Bytes(), golden.GetProperty("prediction").Bytes());
        Assert.Equal(JsonSerializer.Serialize(golden.GetProperty("confusion")).Replace(" ", ""), JsonSerializer.Serialize(matrix.ToRows()));
        double?[] expected = golden.GetProperty("iou").Numbers();
        Assert.Contains(null, expected);
        for (int c = 0; c < expected.Length; c++)
        {
            if (expected[c] is { } iou) Assert.Equal(iou, matrix.Iou(c)!.Value, 1e-12);
            else Assert.Null(matrix.Iou(c));
        }

        Assert.Equal(golden.GetProperty("miou").GetDouble(), matrix.MeanIou()!.Value, 1e-12);
    }

    /// <summary>Slow and obvious: intersection and union as sets of pixels.</summary>
    [Fact]
    public void Scores_equal_those_of_pixel_sets() => Pixels.Sample(pixels =>
    {
        ConfusionMatrix matrix = Fill(pixels);
        (byte Truth, byte Prediction)[] valid = [.. pixels.Where(p => p.Truth != 255)];
        for (int c = 0; c < 4; c++)
        {
            int truth = valid.Count(p => p.Truth == c), both = valid.Count(p => p.Truth == c && p.Prediction == c);
            int either = valid.Count(p => p.Truth == c || p.Prediction == c);
            Assert.Equal(truth, matrix.Pixels(c));
            Assert.Equal(truth == 0 ? null : (double)both / either, matrix.Iou(c));
            Assert.Equal(truth == 0 ? null : (double)both / truth, matrix.Accuracy(c));
        }
    });

    [Fact]
    public void Merging_parts_equals_filling_one() => Gen.Select(Pixels, Pixels).Sample((first, second) =>
    {
        ConfusionMatrix merged = Fill(first), whole = Fill([.. first, .. second]);
        merged.Merge(Fill(second));
        return JsonSerializer.Serialize(merged.ToRows()) == JsonSerializer.Serialize(whole.ToRows()) && merged.MeanIou() == whole.MeanIou();
    });

    [Fact]
    public void Missing_classes_are_ignored_or_counted()
    {
        byte[] truth = [0, 0, 1, 1, 2, 2], prediction = [0, 0, 1, 1, 0, 1];
        bool[] known = [true, true, false];
        ConfusionMatrix ignored = new(3), counted = new(3);
        ignored.Add(truth, prediction, known, MissingClasses.Ignore);
        counted.Add(truth, prediction, known, MissingClasses.Count);
        Assert.Equal(1, ignored.MeanIou());
        Assert.Null(ignored.Iou(2));
        Assert.Equal(0, counted.Iou(2));
        Assert.Equal((2.0 / 3 + 2.0 / 3) / 3, counted.MeanIou()!.Value, 1e-12);
    }

    [Fact]
    public void A_subset_averages_its_present_classes_only()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add([0, 0, 1, 1], [0, 1, 1, 1]);
        Assert.Equal(matrix.Iou(0), matrix.MeanIou([0, 2]));
        Assert.Null(matrix.MeanIou([2]));
        Assert.Null(new ConfusionMatrix(3).MeanIou());
    }

    [Fact]
    public void Faulty_input_is_refused()
    {
        var matrix = new ConfusionMatrix(2);
        Assert.Throws<ArgumentException>(() => matrix.Add([0, 1], [0]));
        Assert.Throws<ArgumentException>(() => matrix.Add([2], [0]));
        Assert.Throws<ArgumentException>(() => matrix.Add([0], [0], [true]));
        Assert.Throws<ArgumentException>(() => matrix.Merge(new ConfusionMatrix(3)));
    }

    private static ConfusionMatrix Fill((byte Truth, byte Prediction)[] pixels)
    {
        var matrix = new ConfusionMatrix(4);
        matrix.Add([.. pixels.Select(p => p.Truth)], [.. pixels.Select(p => p.Prediction)]);
        return matrix;
    }
}
