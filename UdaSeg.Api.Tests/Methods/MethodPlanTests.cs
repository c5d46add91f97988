using System.Text.Json;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>What naming a method does to a plan.</summary>
public sealed class MethodPlanTests
{
    [Theory]
    [InlineData("coarseToFine", 2, AlignmentScheme.Hybrid, true)]
    [InlineData("sourceOnly", 0, AlignmentScheme.None, false)]
    [InlineData("fda", 3, AlignmentScheme.None, false)]
    [InlineData("cag", 3, AlignmentScheme.None, false)]
    [InlineData("fada", 2, AlignmentScheme.None, false)]
    [InlineData("ida", 1, AlignmentScheme.None, false)]
    [InlineData("dtst", 1, AlignmentScheme.Gan, false)]
    [InlineData("bdl", 2, AlignmentScheme.Gan, false)]
    public void A_method_shapes_the_preset(string name, int stages, AlignmentScheme scheme, bool jitter)
    {
        TrainingPlan plan = Read($$"""{"method":"{{name}}"}""");
        Assert.Equal((stages, scheme, jitter), (plan.Stages, plan.Alignment.Scheme, plan.Jitter.Enabled));
        Assert.Equal(name, JsonSerializer.SerializeToElement(plan.Method, TrainingPlanReader.Json).GetString());
    }

    [Fact]
    public void Options_have_the_last_word_and_without_a_method_nothing_changes()
    {
        TrainingPlan plan = Read("""{"stages":5,"alignment":{"scheme":"labGamma"},"method":"bdl","adversarial":{"weight":0.5}}""");
        Assert.Equal((5, AlignmentScheme.LabGamma, 0.5, 50.0), (plan.Stages, plan.Alignment.Scheme, plan.Adversarial.Weight, plan.PseudoLabels.Percent));
        Assert.Equal(TrainingPresets.Tiny with { Seed = 4 }, Read("""{"seed":4}"""));
        Assert.Equal(Read("""{"method":"fda"}"""), Read("""{"Method":"fda"}"""));
    }

    [Theory]
    [InlineData("""{"method":"cyclegan"}""", "method")]
    [InlineData("""{"method":3}""", "method")]
    [InlineData("""{"method":null}""", "method")]
    [InlineData("""{"method":"fda","fda":{"band":1}}""", "fda.band")]
    public void An_unknown_method_or_option_is_refused_by_name(string options, string field)
    {
        var refusal = Assert.Throws<RuleViolationException>(() => Read(options));
        Assert.Equal(("invalid-options", field), (refusal.Code, Assert.Single(refusal.Fields).Key));
    }

    [Theory]
    [InlineData("""{"method":"sourceOnly","stages":1}""", "stages")]
    [InlineData("""{"method":"fda","stages":1}""", "stages")]
    [InlineData("""{"method":"fada","stages":3}""", "stages")]
    [InlineData("""{"method":"ida","stages":2}""", "stages")]
    [InlineData("""{"method":"fda","coarseIterations":0,"network":{"pretrained":"a"}}""", "coarseIterations")]
    [InlineData("""{"adversarial":{"weight":-1}}""", "adversarial.weight")]
    [InlineData("""{"adversarial":{"learningRate":0}}""", "adversarial.learningRate")]
    [InlineData("""{"fda":{"smallBand":0.6}}""", "fda.smallBand")]
    [InlineData("""{"fda":{"entropyWeight":11}}""", "fda.entropyWeight")]
    [InlineData("""{"fda":{"eta":0}}""", "fda.eta")]
    [InlineData("""{"fda":{"percent":101}}""", "fda.percent")]
    [InlineData("""{"ida":{"easyShare":1}}""", "ida.easyShare")]
    [InlineData("""{"cag":{"anchorMargin":-1}}""", "cag.anchorMargin")]
    [InlineData("""{"cag":{"minProbability":1}}""", "cag.minProbability")]
    [InlineData("""{"cag":{"distanceWeight":101}}""", "cag.distanceWeight")]
    [InlineData("""{"cag":{"leastPixels":0}}""", "cag.leastPixels")]
    [InlineData("""{"fada":{"temperature":0}}""", "fada.temperature")]
    [InlineData("""{"fada":{"cap":1.5}}""", "fada.cap")]
    [InlineData("""{"dtst":{"stuffWeight":-0.1}}""", "dtst.stuffWeight")]
    [InlineData("""{"dtst":{"thingBank":0}}""", "dtst.thingBank")]
    [InlineData("""{"dtst":{"instances":0}}""", "dtst.instances")]
    [InlineData("""{"teacher":{"decay":1}}""", "teacher.decay")]
    [InlineData("""{"classMix":{"share":0}}""", "classMix.share")]
    [InlineData("""{"rareClasses":{"temperature":0}}""", "rareClasses.temperature")]
    [InlineData("""{"rareClasses":{"minPixels":0}}""", "rareClasses.minPixels")]
    public void Settings_out_of_their_range_are_named(string options, string field)
    {
        var refusal = Assert.Throws<RuleViolationException>(() => Read(options));
        Assert.Equal("plan-out-of-range", refusal.Code);
        Assert.Contains(field, refusal.Fields.Keys);
    }

    [Fact]
    public void A_stage_that_begins_anew_is_as_long_and_fast_as_the_first()
    {
        TrainingPlan plan = Read("""{"method":"fda","coarseIterations":100,"stageIterations":10}""");
        Assert.Equal([100, 100, 100, 10], Enumerable.Range(0, 4).Select(plan.IterationsOf));
        Assert.Equal([0, 100, 200, 300, 310], Enumerable.Range(0, 5).Select(plan.IterationsBefore));
        Assert.Equal(310, plan.TotalIterations);
        (double coarse, double stage) = (plan.Optimizer.CoarseLearningRate, plan.Optimizer.StageLearningRate);
        Assert.Equal([coarse, coarse, coarse, stage], Enumerable.Range(0, 4).Select(plan.LearningRateOf));
        TrainingPlan ours = Read("""{"coarseIterations":100,"stageIterations":10}""");
        Assert.Equal([100, 10, 10], Enumerable.Range(0, 3).Select(ours.IterationsOf));
    }

    private static TrainingPlan Read(string options) => TrainingPlanReader.Read("tiny", JsonElement.Parse(options));
}
