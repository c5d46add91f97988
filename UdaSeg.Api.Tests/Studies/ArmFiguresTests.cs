using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Studies;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class ArmFiguresTests
{
    private static readonly LabelClass[] Classes = [new(0, "road", [1, 2, 3]), new(1, "train", [4, 5, 6]), new(2, "bus", [7, 8, 9])];

    [Fact]
    public void A_class_counts_the_runs_that_saw_it()
    {
        ArmFigures figures = ArmFigures.Of(Classes, [Report(0.5, 0.3, 0.8, null), Report(0.7, null, 0.6, 0.25)]);
        Assert.Equal((0.6, 2), (figures.Miou!.Mean, figures.Miou.N));
        Assert.Equal(Math.Sqrt(0.02), figures.Miou.Sd!.Value, 12);
        Assert.Equal(new Spread(0.3, null, 1), figures.Subsets["frequent"]);
        Assert.Equal(["road", "train", "bus"], figures.PerClass.Select(c => c.Name));
        Assert.Equal((0.7, 2), (figures.PerClass[0].Iou!.Mean, figures.PerClass[0].Iou!.N));
        Assert.Equal(new Spread(0.25, null, 1), figures.PerClass[1].Iou);
        Assert.Null(figures.PerClass[2].Iou);
    }

    [Fact]
    public void Without_a_result_every_class_is_there_and_has_no_figure()
    {
        ArmFigures figures = ArmFigures.Of(Classes, []);
        Assert.Null(figures.Miou);
        Assert.Empty(figures.Subsets);
        Assert.Equal([null, null, null], figures.PerClass.Select(c => c.Iou));
    }

    [Fact]
    public void A_subset_that_no_run_could_measure_is_left_out() => Assert.Empty(ArmFigures.Of(Classes, [Report(0.5, null, 0.5, 0.5)]).Subsets);

    private static EvaluationReport Report(double miou, double? subset, double road, double? train) => new(
        miou,
        new Dictionary<string, double?> { ["frequent"] = subset },
        [new ClassScore(0, "road", road, 1, 9), new ClassScore(1, "train", train, train, train is null ? 0 : 4), new ClassScore(2, "bus", null, null, 0)],
        [],
        null,
        [],
        []);
}
