using CsCheck;
using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods;
using UdaSeg.Infrastructure.Torch.Methods.Ida;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Which target images are easy, and what is made of them.</summary>
[Collection(nameof(TorchCollection))]
public sealed class IdaTests : IDisposable
{
    private readonly StageFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Entropy_is_the_mean_over_pixels_as_a_share_of_the_most_there_can_be() => Gen.Select(Gen.Int[2, 6], Gen.Int[1, 20], Gen.Int[0, 1000]).Sample(
        (classes, pixels, seed) =>
        {
            var random = new Random(seed);
            float[] probabilities = new float[classes * pixels];
            double slow = 0;
            for (int p = 0; p < pixels; p++)
            {
                double[] weights = [.. Enumerable.Range(0, classes).Select(_ => random.Next(4) == 0 ? 0 : random.NextDouble())];
                weights[random.Next(classes)] += 0.1;
                for (int c = 0; c < classes; c++) probabilities[(c * pixels) + p] = (float)(weights[c] / weights.Sum());
                slow += weights.Select(w => w / weights.Sum()).Sum(q => q == 0 ? 0 : -q * Math.Log2(q)) / Math.Log2(classes) / pixels;
            }

            Assert.Equal(slow, IdaMethod.MeanEntropy(probabilities, classes), 1e-5);
        });

    [Theory]
    [InlineData(2975, 0.67, 1993)] // the paper's split of Cityscapes
    [InlineData(100, 0.67, 67)]
    [InlineData(4, 0.67, 3)]
    [InlineData(3, 0.001, 1)] // one is easy
    [InlineData(3, 0.999, 2)] // one is hard
    [InlineData(2, 0.5, 1)]
    [InlineData(1, 0.67, 1)]
    public void The_share_decides_how_many_are_easy(int images, double share, int easy) => Assert.Equal(easy, IdaMethod.EasyCount(images, share));

    [Fact]
    public void However_many_images_there_are_both_kinds_are_as_the_share_says() => Gen.Select(Gen.Int[2, 5000], Gen.Double[0.001, 0.999]).Sample((images, share) =>
    {
        int easy = IdaMethod.EasyCount(images, share);
        Assert.InRange(easy, 1, images - 1);
        Assert.True(Math.Abs(easy - (images * share)) <= 0.5 + 1e-9 || easy == 1 || easy == images - 1);
    });

    [Fact]
    public void The_surest_images_are_the_source_with_all_their_labels_and_the_others_the_target()
    {
        StageContext context = _run.Context(
            TrainingMethod.Ida, plan => plan with { Ida = new IdaSettings(0.5), Alignment = plan.Alignment with { Scheme = AlignmentScheme.Hybrid } });
        Inference inference = context.NewInference();
        double[] entropies = [.. Enumerable.Range(0, StageFixture.Images).Select(n => Entropy(inference, context.Target.Image(n)))];
        int[] ranked = [.. Enumerable.Range(0, StageFixture.Images).OrderBy(n => entropies[n])];
        byte[][] labels = [.. ranked.Select(n => inference.Predict(context.Target.Image(n), 96, 64).Labels)];
        Assert.NotEqual(Enumerable.Range(0, StageFixture.Images), ranked); // or the order of the files would do as well
        using StageObjective objective = TrainingMethods.Of(TrainingMethod.Ida).Begin(context, 1);
        Assert.Equal(AlignmentScheme.None, objective.Plan.Alignment.Scheme);
        Assert.True(MethodShape.BeginsAnew(TrainingMethod.Ida, 1));
        Check(objective, context, ranked);
        ISamples easy = objective.SourceOf(context), hard = objective.TargetOf(context);
        for (int i = 0; i < easy.Count; i++) Assert.Equal(labels[i], easy.Labels(i).Labels);
        Assert.Throws<InvalidOperationException>(() => hard.Labels(0));
        Assert.All(objective.Target!.PseudoLabels(0).Labels, l => Assert.Equal(LabelMap.Ignore, l));

        // another model, as in an attempt that resumes: what was found out stays
        _run.Become(9);
        using StageObjective again = TrainingMethods.Of(TrainingMethod.Ida).Begin(context, 1);
        Check(again, context, ranked);
        Assert.Equal(labels[0], again.SourceOf(context).Labels(0).Labels);
    }

    [Fact]
    public void Equal_images_are_ranked_as_they_come()
    {
        StageContext context = _run.Context(TrainingMethod.Ida, plan => plan with { Ida = new IdaSettings(0.5) });
        _run.Artifacts.WriteFinding(1, "entropies", new[] { 0.5, 0.4, 0.5, 0.4 });
        using StageObjective objective = TrainingMethods.Of(TrainingMethod.Ida).Begin(context, 1);
        Check(objective, context, [1, 3, 0, 2]);
    }

    [Fact]
    public void From_easy_to_hard_the_discriminator_sees_self_information()
    {
        StageContext context = _run.Context(TrainingMethod.Ida, plan => plan with { Adversarial = new AdversarialSettings(1) });
        using StageObjective objective = TrainingMethods.Of(TrainingMethod.Ida).Begin(context, 1);
        Batch batch = StageFixture.BatchOf(objective, context, 1);
        Assert.DoesNotContain((byte)255, batch.SourceLabels);
        Assert.Equal(0, batch.Target!.KeptShare);
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, double> terms = objective.Losses(_run.Network, batch).Values();
        Assert.Equal(["adversarial", "segSource", "total"], terms.Keys.Order());
        Assert.Equal(Slow.CrossEntropy(Slow.Look(_run.Network, batch.Source), batch.SourceLabels), terms["segSource"], 1e-4);
        using var twin = new Infrastructure.Torch.Adversarial.Adversary(
            "output", new Infrastructure.Torch.Adversarial.OutputDiscriminator(StageFixture.Classes, 8), context.Plan.Seed, 1, CPU);
        double expected = Slow.Look(_run.Network, batch.Target.Plain).Average(seen => Slow.Domain(
            Slow.Rows(twin.Module.call(Slow.Map(Slow.SelfInformationMap(seen.Full), StageFixture.Width)).detach())[0], 0));
        Assert.Equal(expected, terms["adversarial"], 1e-4);
    }

    private static void Check(StageObjective objective, StageContext context, int[] ranked)
    {
        ISamples easy = objective.SourceOf(context), hard = objective.TargetOf(context);
        Assert.Equal(ranked.Select(n => $"{n:D3}"), Names(easy).Concat(Names(hard)));
        Assert.Equal(2, easy.Count);
    }

    private static IEnumerable<string> Names(ISamples samples) => Enumerable.Range(0, samples.Count).Select(i => samples[i].Name);

    private static double Entropy(Inference inference, RgbImage image)
    {
        float[] probabilities = inference.Predict(image, image.Width, image.Height, withProbabilities: true).Probabilities!;
        return -probabilities.Sum(p => p == 0 ? 0 : p * Math.Log(p)) / (image.Width * image.Height);
    }
}
