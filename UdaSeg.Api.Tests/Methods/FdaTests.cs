using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Bands, teachers and terms of FDA's stages.</summary>
[Collection(nameof(TorchCollection))]
public sealed class FdaTests : IDisposable
{
    private readonly StageFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(0, 0.01, 7)] // half-widths at the paper's 1280×720
    [InlineData(1, 0.05, 36)]
    [InlineData(2, 0.09, 64)]
    [InlineData(3, 0.09, 64)]
    public void Each_stage_has_its_band(int stage, double beta, int halfWidth)
    {
        for (int s = 0; s < stage; s++) _run.Publish(s, 20 + s);
        StageContext context = _run.Context(TrainingMethod.Fda);
        using StageObjective objective = TrainingMethods.Of(TrainingMethod.Fda).Begin(context, stage);
        Assert.Equal((AlignmentScheme.Fourier, beta), (objective.Plan.Alignment.Scheme, objective.Plan.Alignment.FourierBeta));
        Assert.Equal(halfWidth, FourierAligner.HalfWidth(1280, 720, objective.Plan.Alignment.FourierBeta));
        Assert.False(objective.Plan.Jitter.Enabled);
        Assert.Equal(stage is 1 or 2, MethodShape.BeginsAnew(TrainingMethod.Fda, stage));
        Assert.Equal(stage >= 3, objective.Target is StoredPseudoLabels);

        CheckAlignment(objective, context, stage, beta);
    }

    [Fact]
    public void A_run_that_has_seen_one_band_sees_the_next()
    {
        // All stages of a run share its samples, and with them what was kept of their spectra.
        StageContext context = _run.Context(TrainingMethod.Fda, plan => plan with { Fda = new FdaSettings(0.02, 0.1, 0.2) });
        foreach ((int stage, double beta) in new[] { (0, 0.02), (1, 0.1), (2, 0.2), (0, 0.02) })
        {
            using StageObjective objective = TrainingMethods.Of(TrainingMethod.Fda).Begin(context, stage);
            CheckAlignment(objective, context, stage, beta);
        }
    }

    [Fact]
    public void Undecided_target_pixels_cost_and_pseudo_labels_teach_once_there_are_some()
    {
        StageContext context = _run.Context(TrainingMethod.Fda, plan => plan with { Fda = plan.Fda with { EntropyWeight = 0.7, Eta = 1.5 } });
        for (int s = 0; s < 3; s++) _run.Publish(s, 20 + s);
        Batch batch = StageFixture.Blocks();
        Seen[] source = Slow.Look(_run.Network, batch.Source), target = Slow.Look(_run.Network, batch.Target!.Plain);
        double penalty = target.Average(seen => Enumerable.Range(0, StageFixture.Pixels).Average(p =>
        {
            double e = Slow.SoftMax(seen.Full, p).Sum(q => q == 0 ? 0 : -q * Math.Log(q)) / Math.Log(StageFixture.Classes);
            return Math.Pow((e * e) + 1e-8, 1.5);
        }));
        foreach (int stage in new[] { 1, 3 })
        {
            using StageObjective objective = TrainingMethods.Of(TrainingMethod.Fda).Begin(context, stage);
            Dictionary<string, double> terms = StageFixture.Terms(objective, _run.Network, batch);
            Assert.Equal(Slow.CrossEntropy(source, batch.SourceLabels), terms["segSource"], 1e-4);
            Assert.Equal(0.7 * penalty, terms["entropy"], 1e-4);
            Assert.Equal(stage == 3, terms.ContainsKey("segTarget"));
            if (stage == 3) Assert.Equal(Slow.CrossEntropy(target, batch.Target.PseudoLabels), terms["segTarget"], 1e-4);
        }
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    public void The_mean_of_the_last_three_models_labels_the_target_by_its_own_percent(int stage, int first)
    {
        for (int s = 0; s < stage; s++) _run.Publish(s, 20 + s);
        StageContext context = _run.Context(TrainingMethod.Fda);
        using StageObjective objective = TrainingMethods.Of(TrainingMethod.Fda).Begin(context, stage);
        DeepLabV3Plus[] models = [.. Enumerable.Range(first, 3).Select(s => TinyNetwork.Create(20 + s))];
        (int[] labels, double[] confidences) = Believed(context, models, out bool[] close);
        foreach (DeepLabV3Plus model in models) model.Dispose();
        double[] exact = ClassThresholds.ComputeExactly(
            [.. labels.Select(l => (byte)l)], [.. confidences.Select(c => (float)c)], StageFixture.Classes, 34, 0.9).Values;
        double[] stored = _run.Artifacts.Preparation(stage)!.Thresholds;
        for (int c = 0; c < exact.Length; c++) Assert.Equal(exact[c], stored[c], 3e-3);
        byte[] kept = [.. Enumerable.Range(0, StageFixture.Images).SelectMany(n => objective.Target!.PseudoLabels(n).Labels)];
        int disputed = 0;
        for (int p = 0; p < labels.Length; p++)
        {
            if (close[p] || Math.Abs(confidences[p] - stored[labels[p]]) < 1e-5) disputed++;
            else Assert.Equal(confidences[p] >= stored[labels[p]] ? labels[p] : 255, kept[p]);
        }

        Assert.InRange(disputed, 0, labels.Length / 20);
        double share = kept.Count(l => l != 255) / (double)kept.Length;
        Assert.InRange(share, 0.33, 0.99);
        Assert.Equal(share, _run.Journal.Stages[^1].KeptShare, 0.01);
        Assert.True(labels.Distinct().Count() >= 2);
    }

    [Fact]
    public void Equal_probabilities_go_to_the_first_class_and_confidence_is_the_mean()
    {
        StageContext context = _run.Context(TrainingMethod.Fda);
        using (no_grad())
        {
            nn.init.zeros_(_run.Network.classifier.weight);
            nn.init.zeros_(_run.Network.classifier.bias!);
        }

        Inference undecided = context.NewInference();
        Prediction tie = Teachers.Mean([undecided, undecided, undecided], context.Target.Image(0));
        Assert.All(tie.Labels, l => Assert.Equal(0, l));
        Assert.All(tie.Confidences, c => Assert.Equal(1.0 / StageFixture.Classes, c, 1e-6));
        using DeepLabV3Plus sure = TinyNetwork.Create(30);
        Prediction alone = context.NewInference(sure).Predict(context.Target.Image(0), 96, 64);
        Prediction both = Teachers.Mean([undecided, context.NewInference(sure)], context.Target.Image(0));
        Assert.Equal(alone.Labels, both.Labels);
        for (int p = 0; p < alone.Confidences.Length; p++) Assert.Equal((alone.Confidences[p] + (1.0 / StageFixture.Classes)) / 2, both.Confidences[p], 1e-5);
    }

    /// <summary>What the trainer makes of it: source images with that much of a target image's spectrum.</summary>
    private static void CheckAlignment(StageObjective objective, StageContext context, int stage, double beta)
    {
        var key = new SampleKey(1, stage, 0, 0);
        RgbImage source = context.Source.Image(0), reference = context.Target.Image(key.Below(context.Target.Count, Domain.Training.DrawPurpose.Reference));
        reference = ImageResizing.Resize(reference, source.Width, source.Height);
        RgbImage expected = FourierAligner.AlignFourier(source, reference, new AlignmentSettings(AlignmentScheme.Fourier, FourierBeta: beta)).Image;
        Assert.Equal(expected.Pixels, new SourceAlignment(objective.Plan, context.Source, context.Target).Whole(0, key).Pixels);
    }

    /// <summary>Arg-max and value of the mean of all models' probabilities; and where the second class is as good as the first.</summary>
    private static (int[] Labels, double[] Confidences) Believed(StageContext context, DeepLabV3Plus[] models, out bool[] close)
    {
        var labels = new List<int>();
        var confidences = new List<double>();
        var ties = new List<bool>();
        for (int n = 0; n < StageFixture.Images; n++)
        {
            RgbImage image = context.Target.Image(n);
            float[][] said = [.. models.Select(m => context.NewInference(m).Predict(image, image.Width, image.Height, withProbabilities: true).Probabilities!)];
            int pixels = image.Width * image.Height;
            for (int p = 0; p < pixels; p++)
            {
                double[] mean = [.. Enumerable.Range(0, StageFixture.Classes).Select(c => said.Average(s => (double)s[(c * pixels) + p]))];
                double[] sorted = [.. mean.OrderDescending()];
                labels.Add(Array.IndexOf(mean, sorted[0]));
                confidences.Add(sorted[0]);
                ties.Add(sorted[0] - sorted[1] < 1e-5);
            }
        }

        close = [.. ties];
        return ([.. labels], [.. confidences]);
    }
}
