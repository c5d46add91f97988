using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>What several methods are made of.</summary>
[Collection(nameof(TorchCollection))]
public sealed class SharedPartsTests : IDisposable
{
    private readonly StageFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Each_domain_gets_back_what_the_network_says_of_its_own_images()
    {
        using DisposeScope scope = NewDisposeScope();
        Batch batch = StageFixture.Blocks();
        DomainOutputs outputs = new TwoDomains(StageFixture.Plan, CPU).Run(_run.Network, batch);
        Seen[] source = Slow.Look(_run.Network, batch.Source), target = Slow.Look(_run.Network, batch.Target!.Plain);
        for (int i = 0; i < StageFixture.Count; i++)
        {
            Same(source[i], outputs.Source[i], outputs.SourceCoarse[i], outputs.SourceFeatures[i]);
            Same(target[i], outputs.Target[i], outputs.TargetCoarse[i], outputs.TargetFeatures[i]);
        }

        Assert.Equal(batch.SourceLabels.Select(l => (long)l), outputs.SourceLabels.contiguous().data<long>().ToArray());
        Assert.Equal(batch.Target.PseudoLabels.Select(l => (long)l), outputs.TargetLabels.contiguous().data<long>().ToArray());
        Assert.NotEqual(source[0].Coarse[0], target[0].Coarse[0]);
    }

    [Fact]
    public void Target_images_may_come_as_bytes()
    {
        using DisposeScope scope = NewDisposeScope();
        Batch batch = StageFixture.Blocks();
        byte[] bytes = [.. Enumerable.Range(0, 3 * StageFixture.Count * StageFixture.Pixels).Select(i => (byte)((i * 37) % 251))];
        float[] planes = new float[bytes.Length];
        var input = new PixelInput(Normalisation.Of(StageFixture.Plan.Network.Normalisation));
        const int each = 3 * StageFixture.Pixels;
        for (int i = 0; i < StageFixture.Count; i++) input.Planar(bytes.AsSpan(i * each, each), planes.AsSpan(i * each, each));
        Batch shown = batch with { Target = batch.Target! with { Plain = [], PlainBytes = bytes } };
        DomainOutputs outputs = new TwoDomains(StageFixture.Plan, CPU).Run(_run.Network, shown);
        Seen[] target = Slow.Look(_run.Network, planes);
        for (int i = 0; i < StageFixture.Count; i++) Same(target[i], outputs.Target[i], outputs.TargetCoarse[i], outputs.TargetFeatures[i]);
    }

    [Fact]
    public void A_batch_without_target_images_is_refused() => Assert.Throws<InvalidOperationException>(
        () => new TwoDomains(StageFixture.Plan, CPU).Run(_run.Network, StageFixture.Blocks() with { Target = null }));

    [Fact]
    public void Labels_of_ones_own_are_made_once_and_read_afterwards()
    {
        StageContext context = _run.Context(TrainingMethod.Bdl);
        int asked = 0;
        Prediction Teach(RgbImage image)
        {
            asked++;
            byte[] labels = [.. Enumerable.Range(0, image.Width * image.Height).Select(p => (byte)((p + asked) % 3))];
            return new Prediction(labels, [.. labels.Select((_, p) => (p % 100) / 100f)], null);
        }

        byte[][] Make()
        {
            using StoredPseudoLabels stored = SelfLabels.Of(context, 1, Teach, PseudoLabelling.Thresholds(context.Plan.PseudoLabels));
            return [.. Enumerable.Range(0, StageFixture.Images).Select(n => stored.PseudoLabels(n).Labels)];
        }

        byte[][] first = Make();
        Assert.Equal(StageFixture.Images, asked);
        Assert.Contains(first[0], l => l == 255);
        Assert.All(Enumerable.Range(0, first[1].Length).Where(p => first[1][p] != 255), p => Assert.Equal((p + 2) % 3, first[1][p]));
        _run.Become(5);
        Assert.Equal(first, Make());
        Assert.Equal(StageFixture.Images, asked);
        Assert.Equal([1, 1], _run.Journal.Stages.Select(s => s.Stage)); // told again to whoever did not hear

        _run.LosePseudoLabels(1);
        asked = 0;
        Assert.Equal(first, Make());
        Assert.Equal(StageFixture.Images, asked);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(20)]
    public void What_is_told_of_them_follows_from_the_thresholds_in_force(double percent)
    {
        StageContext context = _run.Context(TrainingMethod.Fda);
        static Prediction Teach(RgbImage image)
        {
            int pixels = image.Width * image.Height;
            return new Prediction(new byte[pixels], [.. Enumerable.Range(0, pixels).Select(p => 0.1f + (0.7f * p / pixels))], null);
        }

        SelfLabels.Of(context, 3, Teach, PseudoLabelling.Thresholds(new Domain.SelfTraining.PseudoLabelSettings(0.9, percent))).Dispose();
        Assert.Equal(percent / 100, _run.Journal.Stages[^1].KeptShare, 0.01); // not the plan's own percent
        SelfLabels.Of(context, 4, Teach, PseudoLabelling.KeepAll).Dispose();
        Assert.Equal(1, _run.Journal.Stages[^1].KeptShare, 1e-9);
    }

    [Fact]
    public void A_view_shows_its_samples_with_labels_from_elsewhere()
    {
        StageContext context = _run.Context(TrainingMethod.Ida);
        SampleStore store = context.Target;
        var view = new SampleView(store, [3, 1], new Numbered());
        Assert.Equal(2, view.Count);
        Assert.Equal(["003", "001"], new[] { view[0].Name, view[1].Name });
        Assert.Same(store.Image(3), view.Image(0));
        Assert.Same(store.Image(1), view.Image(1));
        Assert.NotEqual(store.Image(1).Pixels, store.Image(3).Pixels);
        Assert.Equal([3, 1], new[] { view.Labels(0).Labels[0], view.Labels(1).Labels[0] });
        Assert.Same(store.Style(1), view.Style(1));
        Assert.Same(store.Frequencies(3, 98, 66, 0.05), view.Frequencies(0, 98, 66, 0.05));
        Assert.Throws<InvalidOperationException>(() => new SampleView(store, [0], null).Labels(0));
    }

    [Fact]
    public void No_labels_are_of_the_images_size_and_say_nothing()
    {
        StageContext context = _run.Context(TrainingMethod.Bdl);
        LabelMap none = new NoLabels(context.Source).PseudoLabels(2);
        Assert.Equal((98, 66), (none.Width, none.Height));
        Assert.All(none.Labels, l => Assert.Equal(LabelMap.Ignore, l));
    }

    [Fact]
    public void A_teacher_is_the_stored_model_and_cannot_learn()
    {
        _run.Publish(0, 21);
        using DeepLabV3Plus teacher = Teachers.Of(_run.Context(TrainingMethod.Cag), 0), expected = Support.TinyNetwork.Create(21);
        expected.eval();
        float[] images = StageFixture.Blocks().Source;
        Assert.Equal(Slow.Look(expected, images)[1].Coarse, Slow.Look(teacher, images)[1].Coarse);
        Assert.False(teacher.training);
        Assert.All(teacher.parameters(), p => Assert.False(p.requires_grad));
    }

    private static void Same(Seen expected, Tensor full, Tensor coarse, Tensor features)
    {
        (double[][], double[][])[] pairs = [(expected.Full, Slow.Rows(full)), (expected.Coarse, Slow.Rows(coarse)), (expected.Features, Slow.Rows(features))];
        foreach ((double[][] due, double[][] found) in pairs)
        {
            Assert.Equal(due.Length, found.Length);
            for (int c = 0; c < due.Length; c++) Assert.Equal(0, due[c].Zip(found[c]).Max(pair => Math.Abs(pair.First - pair.Second)), 1e-3);
        }
    }

    private sealed class Numbered : IPseudoLabelSource
    {
        public LabelMap PseudoLabels(int index) => new(2, 1, [(byte)index, 0]);
    }
}
