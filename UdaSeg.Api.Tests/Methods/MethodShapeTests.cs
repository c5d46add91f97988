using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Methods;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>What a method asks of a plan, and whether its stages keep to it.</summary>
[Collection(nameof(TorchCollection))]
public sealed class MethodShapeTests
{
    public static TheoryData<TrainingMethod> Methods => [.. Enum.GetValues<TrainingMethod>()];

    [Theory]
    [InlineData(TrainingMethod.SourceOnly, 0, 0, 0)]
    [InlineData(TrainingMethod.Fda, 2, null, 3)]
    [InlineData(TrainingMethod.Cag, 1, null, 3)]
    [InlineData(TrainingMethod.Fada, 2, 2, 2)]
    [InlineData(TrainingMethod.Ida, 1, 1, 1)]
    [InlineData(TrainingMethod.Dtst, 1, null, 1)]
    [InlineData(TrainingMethod.Bdl, 1, null, 2)]
    public void Others_than_the_papers_method_bring_their_stages_and_go_without_its_parts(TrainingMethod method, int least, int? most, int stages)
    {
        Assert.Equal((least, most), (MethodShape.LeastStages(method), MethodShape.MostStages(method)));
        foreach (TrainingPlan preset in TrainingPresets.All.Values)
        {
            TrainingPlan plan = preset.Shaped(method);
            Assert.Equal((method, stages), (plan.Method, plan.Stages));
            Assert.InRange(stages, least, most ?? int.MaxValue);
            (AlignmentScheme scheme, double percent) = method is TrainingMethod.Bdl or TrainingMethod.Dtst
                ? (AlignmentScheme.Gan, 50)
                : (AlignmentScheme.None, preset.PseudoLabels.Percent);
            TrainingPlan expected = preset with
            {
                Method = method,
                Stages = stages,
                Alignment = preset.Alignment with { Scheme = scheme },
                Jitter = preset.Jitter with { Enabled = false },
                PseudoLabels = preset.PseudoLabels with { Percent = percent },
            };
            Assert.Equal(expected, plan); // and nothing else
        }
    }

    [Fact]
    public void The_papers_method_leaves_the_preset_alone() =>
        Assert.All(TrainingPresets.All.Values, preset => Assert.Equal(preset, preset.Shaped(TrainingMethod.CoarseToFine)));

    [Theory]
    [MemberData(nameof(Methods))]
    public void Stages_have_pseudo_labels_and_target_images_where_the_shape_says_so(TrainingMethod method)
    {
        using var run = new StageFixture();
        TrainingPlan plan = StageFixture.Plan.Shaped(method);
        for (int stage = 0; stage <= plan.Stages; stage++)
        {
            StageContext context = run.Context(method);
            using StageObjective objective = TrainingMethods.Of(method).Begin(context, stage);
            Assert.Equal(method.HasPseudoLabels(stage), objective.Target is StoredPseudoLabels);
            int consistency = method == TrainingMethod.CoarseToFine && stage > 0 ? 1 : 0, teacher = method == TrainingMethod.Cag && stage > 0 ? 1 : 0;
            Assert.Equal(plan.Passes(stage), (objective.Target is null ? 1 : 2) + consistency + teacher);
            Assert.Equal((plan.BatchSize, plan.Crop), (objective.Plan.BatchSize, objective.Plan.Crop));
            run.Publish(stage, 20 + stage);
        }
    }

    [Fact]
    public void Defaults_are_the_papers()
    {
        Assert.Equal(new AdversarialSettings(0.001, 0.0001), new AdversarialSettings());
        Assert.Equal(new FdaSettings(0.01, 0.05, 0.09, 0.005, 2, 34), new FdaSettings());
        Assert.Equal(new CagSettings(2.5, 0.95, 0.7, 10), new CagSettings());
        Assert.Equal(new FadaSettings(1.8, 0.9), new FadaSettings());
        Assert.Equal(new IdaSettings(0.67), new IdaSettings());
        Assert.Equal(new DtstSettings(0.01, 0.01, 0.001, 50, 500, 10), new DtstSettings());
        Assert.Equal(0.9, TrainingPresets.Paper.Shaped(TrainingMethod.Bdl).PseudoLabels.MaxThreshold);
    }
}
