using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Adversarial;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>What BDL's stages are, and the adversarial stages that others begin with.</summary>
[Collection(nameof(TorchCollection))]
public sealed class AdversarialStageTests : IDisposable
{
    private readonly StageFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(TrainingMethod.Bdl, false)]
    [InlineData(TrainingMethod.Cag, false)]
    [InlineData(TrainingMethod.Dtst, false)]
    [InlineData(TrainingMethod.Ida, true)]
    public void The_first_stage_learns_from_the_source_and_fools_a_discriminator_of_outputs(TrainingMethod method, bool selfInformation)
    {
        StageContext context = _run.Context(method, plan => plan with { Adversarial = new AdversarialSettings(0.5) });
        using StageObjective objective = TrainingMethods.Of(method).Begin(context, 0);
        AlignmentScheme scheme = method is TrainingMethod.Bdl or TrainingMethod.Dtst ? AlignmentScheme.Gan : AlignmentScheme.None;
        Assert.Equal((scheme, false), (objective.Plan.Alignment.Scheme, objective.Plan.Jitter.Enabled));
        Batch batch = StageFixture.Blocks();
        Seen[] source = Slow.Look(_run.Network, batch.Source), target = Slow.Look(_run.Network, batch.Target!.Plain);
        using DisposeScope scope = NewDisposeScope();
        using Adversary twin = Twin(context.Plan, 0);
        Tensor See(Seen seen) => Slow.Map(selfInformation ? Slow.SelfInformationMap(seen.Full) : Slow.SoftMaxMap(seen.Full), StageFixture.Width);
        Tensor ofSource = cat([.. source.Select(See)], 0), ofTarget = cat([.. target.Select(See)], 0);

        Dictionary<string, double> terms = objective.Losses(_run.Network, batch).Values();
        Assert.Equal(Slow.CrossEntropy(source, batch.SourceLabels), terms["segSource"], 1e-4);
        Assert.Equal(0.5 * Slow.Domain(Decisions(twin, ofTarget), 0), terms["adversarial"], 1e-4);
        Assert.DoesNotContain("segTarget", terms.Keys);

        // the discriminator's step: half a domain, source 0, target 1, on what the network said before its own step
        _run.Become(9);
        double expected = (0.5 * Slow.Domain(Decisions(twin, ofSource), 0)) + (0.5 * Slow.Domain(Decisions(twin, ofTarget), 1));
        (string name, Tensor loss) = Assert.Single(objective.Follow(0, 1));
        Assert.Equal("discriminator", name);
        Assert.Equal(expected, loss.item<float>(), 1e-4);
        twin.Learn(
            d => nn.functional.binary_cross_entropy_with_logits(d.call(ofSource), zeros_like(d.call(ofSource)))
                .add(nn.functional.binary_cross_entropy_with_logits(d.call(ofTarget), ones_like(d.call(ofTarget)))).mul(Slow.Half),
            1,
            0);
        CompareMoments(twin, objective.State);
    }

    [Fact]
    public void Bdl_adds_pseudo_labels_by_the_median_rule_in_later_stages()
    {
        StageContext context = _run.Context(TrainingMethod.Bdl);
        using StageObjective objective = TrainingMethods.Of(TrainingMethod.Bdl).Begin(context, 1);
        CheckThresholds(context, 1, 50);
        Batch batch = StageFixture.BatchOf(objective, context, 1);
        Assert.Contains(batch.Target!.PseudoLabels, l => l != 255);
        Assert.Contains((byte)255, batch.Target.PseudoLabels);
        using DisposeScope scope = NewDisposeScope();
        LossTerms losses = objective.Losses(_run.Network, batch);
        Assert.Equal(["segSource", "segTarget", "adversarial"], losses.Terms.Select(t => t.Name));
        Dictionary<string, double> terms = losses.Values();
        Assert.Equal(Slow.CrossEntropy(Slow.Look(_run.Network, batch.Source), batch.SourceLabels), terms["segSource"], 1e-4);
        Assert.Equal(Slow.CrossEntropy(Slow.Look(_run.Network, batch.Target.Plain), batch.Target.PseudoLabels), terms["segTarget"], 1e-4);
        using Adversary first = Twin(context.Plan, 0), own = Twin(context.Plan, 1);
        Assert.NotEqual(Weights(first.State), Weights(objective.State)); // each stage's adversary begins anew
        Assert.Equal(Weights(own.State), Weights(objective.State));
    }

    [Fact]
    public void Median_thresholds_are_capped_and_what_reaches_them_is_kept()
    {
        var histogram = new ConfidenceHistogram(3);
        float[] unsure = [0.2f, 0.3f, 0.4f, 0.6f, 0.7f], sure = [0.91f, 0.95f, 0.97f, 0.98f, 0.99f];
        foreach (float c in unsure) histogram.Add(0, c);
        foreach (float c in sure) histogram.Add(1, c);
        TrainingPlan plan = StageFixture.Plan.Shaped(TrainingMethod.Bdl);
        ClassThresholds thresholds = PseudoLabelling.Thresholds(plan.PseudoLabels)(histogram);
        Assert.Equal(0.4, thresholds.Values[0], 1e-4);
        Assert.Equal(0.9, thresholds.Values[1]);
        Assert.Equal([false, false, true, true, true], unsure.Select(c => thresholds.Keeps(0, c + 1e-4f)));
        Assert.All(sure, c => Assert.True(thresholds.Keeps(1, c)));
        Assert.Equal(plan.PseudoLabels, StageFixture.Plan.Shaped(TrainingMethod.Dtst).PseudoLabels);
    }

    private void CheckThresholds(StageContext context, int stage, double percent)
    {
        Inference inference = context.NewInference();
        Prediction[] predictions = [.. Enumerable.Range(0, StageFixture.Images).Select(n => inference.Predict(context.Target.Image(n), 96, 64))];
        byte[] labels = [.. predictions.SelectMany(p => p.Labels)];
        float[] confidences = [.. predictions.SelectMany(p => p.Confidences)];
        double[] exact = ClassThresholds.ComputeExactly(labels, confidences, StageFixture.Classes, percent, 0.9).Values;
        double[] stored = _run.Artifacts.Preparation(stage)!.Thresholds;
        for (int c = 0; c < exact.Length; c++) Assert.Equal(exact[c], stored[c], 3e-3);
        Assert.True(labels.Distinct().Count() >= 3);
        Assert.Contains(exact, t => t < 0.9);
    }

    private static double[] Decisions(Adversary adversary, Tensor map) =>
        [.. adversary.Module.call(map).detach().contiguous().data<float>().ToArray().Select(d => (double)d)];

    private static Adversary Twin(TrainingPlan plan, int stage) =>
        new("output", new OutputDiscriminator(StageFixture.Classes, Math.Max(8, plan.Network.DecoderChannels / 4)), plan.Seed, stage, CPU, plan.Adversarial.LearningRate);

    private static Dictionary<string, float[]> Weights(IEnumerable<KeyValuePair<string, Tensor>> state) => state
        .Where(s => s.Key.StartsWith("output.layers", StringComparison.Ordinal))
        .ToDictionary(s => s.Key, s => s.Value.detach().contiguous().data<float>().ToArray());

    /// <summary>Adam's first moment is a tenth of the gradient.</summary>
    private static void CompareMoments(Adversary twin, IReadOnlyDictionary<string, Tensor> state)
    {
        double largest = 0;
        foreach ((string name, Tensor value) in twin.State.Where(s => s.Key.Contains("adam.m.", StringComparison.Ordinal)))
        {
            float[] due = value.contiguous().data<float>().ToArray(), found = state[name].contiguous().data<float>().ToArray();
            for (int i = 0; i < due.Length; i++) Assert.Equal(due[i], found[i], 1e-6 + (1e-3 * Math.Abs(due[i])));
            largest = Math.Max(largest, due.Max(Math.Abs));
        }

        Assert.True(largest > 1e-4);
    }
}
