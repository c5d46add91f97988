using CsCheck;
using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Adversarial;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods;
using UdaSeg.Infrastructure.Torch.Methods.Fada;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>FADA's three stages.</summary>
[Collection(nameof(TorchCollection))]
public sealed class ClassAdversarialTests : IDisposable
{
    private readonly StageFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Soft_labels_are_capped_probabilities_at_a_temperature() => Gen.Select(Gen.Float[-9, 9].Array[2 * 3 * 4], Gen.Double[0.5, 4], Gen.Double[0.3, 1]).Sample(
        (logits, temperature, cap) =>
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor tensor = from_array(logits).reshape(2, 3, 2, 2).requires_grad_();
            Tensor soft = ClassAdversarialStage.Soft(tensor, StageFixture.Plan with { Fada = new FadaSettings(temperature, cap) });
            Assert.False(soft.requires_grad);
            for (int b = 0; b < 2; b++)
            {
                (double[][] z, double[][] a) = (Slow.Rows(tensor.detach()[b]), Slow.Rows(soft[b]));
                for (int p = 0; p < 4; p++) Assert.All(Slow.SoftMax(z, p, temperature).Zip(Slow.Column(a, p)), v => Assert.Equal(Math.Min(v.First, cap), v.Second, 1e-5));
            }
        },
        iter: 40);

    [Fact]
    public void The_first_stage_is_the_source_as_it_is()
    {
        StageContext context = _run.Context(TrainingMethod.Fada);
        using StageObjective objective = TrainingMethods.Of(TrainingMethod.Fada).Begin(context, 0);
        Assert.Equal((AlignmentScheme.None, false), (objective.Plan.Alignment.Scheme, objective.Plan.Jitter.Enabled));
        Assert.Null(objective.Target);
        Batch batch = StageFixture.BatchOf(objective, context, 0);
        Dictionary<string, double> terms = StageFixture.Terms(objective, _run.Network, batch);
        Assert.Equal(["segSource", "total"], terms.Keys.Order());
        Assert.Equal(Slow.CrossEntropy(Slow.Look(_run.Network, batch.Source), batch.SourceLabels), terms["segSource"], 1e-4);
    }

    [Fact]
    public void The_second_stage_aligns_features_by_class_with_logits_at_the_temperature()
    {
        StageContext context = _run.Context(
            TrainingMethod.Fada, plan => plan with { Fada = new FadaSettings(1.5, 0.7), Adversarial = new AdversarialSettings(0.25) });
        using StageObjective objective = TrainingMethods.Of(TrainingMethod.Fada).Begin(context, 1);
        Assert.True(objective.Plan.Jitter.Enabled); // of source images: the target is seen without
        Batch batch = StageFixture.Blocks();
        using DisposeScope scope = NewDisposeScope();
        Seen[][] seen = Slow.Look(new TwoDomains(context.Plan, CPU).Run(_run.Network, batch)); // to the last digit: the discriminator has kinks
        (Seen[] source, Seen[] target) = (seen[0], seen[1]);
        using var twin = new Adversary(
            "classes", new ClassDiscriminator(StageFixture.Dimensions, StageFixture.Classes), context.Plan.Seed, 1, CPU, context.Plan.Adversarial.LearningRate);
        Dictionary<string, double> terms = objective.Losses(_run.Network, batch).Values();
        Assert.Equal(["adversarial", "segSource", "total"], terms.Keys.Order());
        Assert.Equal(Slow.CrossEntropy(source, batch.SourceLabels, 1.5), terms["segSource"], 1e-4);
        Assert.Equal(0.25 * target.Average(s => ByClass(twin, s, 0)), terms["adversarial"], 1e-4);

        _run.Become(9); // the discriminator learns from what it was shown, not from what the network says after its step
        double expected = (0.5 * source.Average(s => ByClass(twin, s, 0))) + (0.5 * target.Average(s => ByClass(twin, s, StageFixture.Classes)));
        (string name, Tensor loss) = Assert.Single(objective.Follow(0, 1));
        Assert.Equal(("discriminator", false), (name, loss.requires_grad));
        Assert.Equal(expected, loss.item<float>(), 1e-4);
        twin.Learn(d => Loss(d, source, 0).add(Loss(d, target, StageFixture.Classes)).mul(Slow.Half), 1, 0);
        CompareMoments(twin, objective.State);
    }

    [Fact]
    public void The_last_stage_learns_all_its_own_labels_of_the_target_from_the_start()
    {
        StageContext context = _run.Context(TrainingMethod.Fada, plan => plan with { Alignment = plan.Alignment with { Scheme = AlignmentScheme.Hybrid } });
        using StageObjective objective = TrainingMethods.Of(TrainingMethod.Fada).Begin(context, 2);
        Assert.Equal((AlignmentScheme.None, true), (objective.Plan.Alignment.Scheme, objective.Plan.Jitter.Enabled));
        Assert.Null(objective.Target);
        Assert.True(MethodShape.BeginsAnew(TrainingMethod.Fada, 2));
        Assert.False(MethodShape.BeginsAnew(TrainingMethod.Fada, 1));
        ISamples samples = objective.SourceOf(context);
        Assert.Equal(StageFixture.Images, samples.Count);
        Inference inference = context.NewInference();
        for (int n = 0; n < samples.Count; n++)
        {
            Assert.Same(context.Target.Image(n), samples.Image(n));
            Assert.Equal(inference.Predict(samples.Image(n), 96, 64).Labels, samples.Labels(n).Labels); // none is left out
        }

        Batch batch = StageFixture.BatchOf(objective, context, 2);
        Dictionary<string, double> terms = StageFixture.Terms(objective, _run.Network, batch);
        Assert.Equal(["segSource", "total"], terms.Keys.Order());
        Assert.Equal(Slow.CrossEntropy(Slow.Look(_run.Network, batch.Source), batch.SourceLabels), terms["segSource"], 1e-4);
        Assert.Equal(1, _run.Journal.Stages[^1].KeptShare, 1e-9);
    }

    /// <summary>−Σ a log softmax(d), the mean over pixels, with the classes of the source (0) or of the target (C) as the answer.</summary>
    private static double ByClass(Adversary twin, Seen seen, int first)
    {
        double[][] decisions = Slow.Rows(twin.Module.call(Slow.Map(seen.Features, StageFixture.CoarseWidth)).detach());
        double sum = 0;
        for (int p = 0; p < StageFixture.CoarsePixels; p++)
        {
            double[] soft = Slow.SoftMax(seen.Coarse, p, 1.5), said = Slow.SoftMax(decisions, p);
            for (int c = 0; c < soft.Length; c++) sum -= Math.Min(soft[c], 0.7) * Math.Log(said[first + c]);
        }

        return sum / StageFixture.CoarsePixels;
    }

    private static Tensor Loss(nn.Module<Tensor, Tensor> module, Seen[] seen, int first)
    {
        Tensor soft = cat([.. seen.Select(s => Slow.Map(Soft(s.Coarse), StageFixture.CoarseWidth))], 0);
        Tensor features = cat([.. seen.Select(s => Slow.Map(s.Features, StageFixture.CoarseWidth))], 0); // in one pass: what is zero stays on its side of the kink
        return module.call(features).log_softmax(1).narrow(1, first, StageFixture.Classes).mul(soft).sum([1L]).mean().neg();
    }

    private static double[][] Soft(double[][] logits) =>
        Array.ConvertAll(Slow.SoftMaxMap(Array.ConvertAll(logits, row => Array.ConvertAll(row, z => z / 1.5))), row => Array.ConvertAll(row, a => Math.Min(a, 0.7)));

    private static void CompareMoments(Adversary twin, IReadOnlyDictionary<string, Tensor> state)
    {
        KeyValuePair<string, Tensor>[] moments = [.. twin.State.Where(s => s.Key.Contains("adam.m.", StringComparison.Ordinal))];
        Assert.Equal(8, moments.Length);
        foreach ((string name, Tensor value) in moments)
        {
            float[] due = value.contiguous().data<float>().ToArray(), found = state[name].contiguous().data<float>().ToArray();
            for (int i = 0; i < due.Length; i++) Assert.Equal(due[i], found[i], 1e-6 + (1e-3 * Math.Abs(due[i])));
        }
    }
}
