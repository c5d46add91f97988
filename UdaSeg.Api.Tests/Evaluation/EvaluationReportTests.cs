using System.Text.Json;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using Xunit;

namespace UdaSeg.Api.Tests.Evaluation;

public sealed class EvaluationReportTests
{
    private static readonly LabelSpace Space = LabelSpace.Create(
        "test",
        "Test",
        [new(0, "road", [128, 64, 128]), new(1, "sky", [70, 130, 180]), new(2, "train", [0, 80, 100])],
        new Dictionary<string, IReadOnlyList<int>> { ["ground"] = [0], ["rail"] = [2] });

    [Fact]
    public void A_report_lists_every_class_and_names_the_absent_ones()
    {
        EvaluationReport report = EvaluationReport.From(Space, Matrix(), [("a", 0.5)], 0.75);
        Assert.Equal(["road", "sky", "train"], report.PerClass.Select(c => c.Name));
        Assert.Equal(new ClassScore(0, "road", 2.0 / 3, 2.0 / 3, 3), report.PerClass[0]);
        Assert.Equal(new ClassScore(1, "sky", 0.5, 1, 1), report.PerClass[1]);
        Assert.Equal(new ClassScore(2, "train", null, null, 0), report.PerClass[2]);
        Assert.Equal(["train"], report.AbsentClasses);
        Assert.Equal((2.0 / 3 + 0.5) / 2, report.Miou!.Value, 1e-12);
        Assert.Equal((2.0 / 3, (double?)null), (report.Subsets["ground"], report.Subsets["rail"]));
        Assert.Equal(0.75, report.MeanConfidence);
    }

    [Fact]
    public void The_worst_samples_come_first_and_unlabelled_ones_not_at_all()
    {
        IEnumerable<(string, double?)> samples = Enumerable.Range(0, 20).Select(i => ($"s{i:00}", i % 5 == 0 ? (double?)null : 1 - (i / 40.0)));
        EvaluationReport report = EvaluationReport.From(Space, Matrix(), samples);
        Assert.Equal(EvaluationReport.WorstCount, report.Worst.Count);
        Assert.Equal("s19", report.Worst[0].Sample);
        Assert.Equal(report.Worst.OrderBy(w => w.Miou), report.Worst);
    }

    [Fact]
    public void The_answer_has_the_contracts_shape()
    {
        string json = JsonSerializer.Serialize(EvaluationReport.From(Space, Matrix(), [("a", 0.5)], 0.75), JsonSerializerOptions.Web);
        using var document = JsonDocument.Parse(json);
        string[] names = ["miou", "subsets", "perClass", "confusion", "meanConfidence", "worst"];
        foreach (string name in names) Assert.True(document.RootElement.TryGetProperty(name, out _), name);
        Assert.Equal(["index", "name", "iou", "accuracy", "pixels"], document.RootElement.GetProperty("perClass")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(["sample", "miou"], document.RootElement.GetProperty("worst")[0].EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void A_matrix_of_another_size_is_refused() => Assert.Throws<ArgumentException>(() => EvaluationReport.From(Space, new ConfusionMatrix(2), []));

    private static ConfusionMatrix Matrix()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add([0, 0, 0, 1, 255], [0, 0, 1, 1, 2]);
        return matrix;
    }
}
