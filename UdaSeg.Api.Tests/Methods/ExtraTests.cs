using CsCheck;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Data;
using Xunit;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Class mixing and rare-class sampling.</summary>
public sealed class ExtraTests
{
    private const int Width = 32, Height = 32, Pixels = Width * Height;

    private static readonly TrainingPlan Plan = TrainingPresets.Tiny with { BatchSize = 2, Crop = new PixelSize(Width, Height), ClassMix = new ClassMixSettings(true) };

    [Fact]
    public void Mixing_takes_whole_classes_of_the_source_crop_and_leaves_the_rest() => Gen.Int[0, 4].Select(l => (byte)(l == 4 ? LabelMap.Ignore : l)).Array[2 * Pixels]
        .Select(Gen.Int[0, 1000]).Sample(drawn =>
        {
            (byte[] labels, int iteration) = drawn;
            Batch before = Filled(labels, iteration), after = ClassMixing.Apply(Filled(labels, iteration), Plan, 1);
            for (int slot = 0; slot < 2; slot++)
            {
                var taken = new HashSet<int>();
                for (int p = 0; p < Pixels; p++)
                {
                    bool fromSource = after.Target!.PseudoLabels[(slot * Pixels) + p] != 9;
                    if (fromSource) taken.Add(labels[(slot * Pixels) + p]);
                }

                int present = labels.Skip(slot * Pixels).Take(Pixels).Where(l => l != LabelMap.Ignore).Distinct().Count();
                Assert.Equal((present + 1) / 2, taken.Count);
                Assert.DoesNotContain(LabelMap.Ignore, taken);
                for (int p = 0; p < Pixels; p++)
                {
                    byte label = labels[(slot * Pixels) + p];
                    bool pasted = taken.Contains(label);
                    Assert.Equal(pasted ? label : (byte)9, after.Target!.PseudoLabels[(slot * Pixels) + p]);
                    for (int c = 0; c < 3; c++)
                    {
                        int at = (((slot * 3) + c) * Pixels) + p;
                        Assert.Equal(pasted ? before.Source[at] : before.Target!.Plain[at], after.Target.Plain[at]);
                        Assert.Equal(pasted ? before.Source[at] : before.Target!.Jittered[at], after.Target.Jittered[at]);
                    }
                }
            }
        }, iter: 20);

    [Fact]
    public void Mixing_depends_on_the_iteration_and_counts_what_is_labelled()
    {
        byte[] labels = [.. Enumerable.Range(0, 2 * Pixels).Select(p => (byte)(p % 6))];
        var outcomes = Enumerable.Range(0, 20).Select(i => string.Join(",", ClassMixing.Apply(Filled(labels, i), Plan, 1).Target!.PseudoLabels.Take(6))).ToHashSet();
        Assert.InRange(outcomes.Count, 5, 20);
        Batch unlabelled = Filled(labels, 1);
        Array.Fill(unlabelled.Target!.PseudoLabels, LabelMap.Ignore);
        Assert.Equal(0.5, ClassMixing.Apply(unlabelled, Plan, 1).Target!.KeptShare, 0.01);
    }

    [Fact]
    public void Rare_classes_are_drawn_by_the_softmax_of_what_they_lack()
    {
        double[] shares = [0.7, 0.2, 0.1];
        double[] expected = [.. shares.Select(f => Math.Exp((1 - f) / 0.5))];
        double[] probabilities = RareClassSampler.Probabilities(shares, 0.5);
        for (int c = 0; c < 3; c++) Assert.Equal(expected[c] / expected.Sum(), probabilities[c], 1e-12);
        Assert.Equal([0, 0, 1], RareClassSampler.Probabilities(shares, 0.001).Select(p => Math.Round(p, 6))); // no overflow
    }

    [Fact]
    public void Images_are_drawn_as_often_as_their_classes_say()
    {
        // image 0 shows class 0 only, image 1 classes 0 and 1, image 2 too little of class 1
        var samples = new LabelledSamples([Labels((0, 1024)), Labels((0, 824), (1, 200)), Labels((0, 1020), (1, 4))]);
        ClassCounts counts = ClassCounts.Of(samples, 3, (_, _) => { });
        Assert.Equal((824, 200, 0), (counts.Pixels(1, 0), counts.Pixels(1, 1), counts.Pixels(1, 2)));
        double rare = 204 / (3.0 * 1024);
        Assert.Equal(rare, counts.Share(1), 1e-12);
        var settings = new RareClassSettings(true, Temperature: 0.5, MinPixels: 5);
        var sampler = new RareClassSampler(counts, 3, settings);
        double ofClassOne = Math.Exp((1 - rare) / 0.5) / (Math.Exp((1 - rare) / 0.5) + Math.Exp(rare / 0.5)), third = (1 - ofClassOne) / 3;
        int[] drawn = [.. Enumerable.Range(0, 6000).Select(i => sampler.Draw(new SampleKey(1, 0, i, 0)))];
        Assert.Equal(third, drawn.Count(i => i == 0) / 6000.0, 0.02);
        Assert.Equal(ofClassOne + third, drawn.Count(i => i == 1) / 6000.0, 0.02);
        Assert.Equal(third, drawn.Count(i => i == 2) / 6000.0, 0.02);
    }

    [Fact]
    public void Where_no_image_shows_enough_of_any_class_all_are_as_likely()
    {
        var samples = new LabelledSamples([Labels((0, 1024)), Labels((1, 1024))]);
        TrainingPlan plan = TrainingPresets.Tiny with { RareClasses = new RareClassSettings(true, MinPixels: 5000) };
        var sampler = new SourceSampler(samples, plan, ClassCounts.Of(samples, 2, (_, _) => { }));
        Assert.Equal([0, 1], Enumerable.Range(0, 50).Select(i => sampler.Draw(new SampleKey(1, 0, i, 0))).Distinct().Order());
    }

    private static Batch Filled(byte[] labels, int iteration)
    {
        float[] Numbers(int from) => [.. Enumerable.Range(from, 2 * 3 * Pixels).Select(i => (float)i)];
        return new Batch(iteration, Numbers(0), [.. labels], new TargetBatch(Numbers(100_000), Numbers(200_000), [.. Enumerable.Repeat((byte)9, 2 * Pixels)], 1));
    }

    private static LabelMap Labels(params (byte Label, int Count)[] runs) => new(Width, Height, [.. runs.SelectMany(r => Enumerable.Repeat(r.Label, r.Count))]);
}
