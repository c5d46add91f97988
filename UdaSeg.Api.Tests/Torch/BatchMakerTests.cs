using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

public sealed class BatchMakerTests : IDisposable
{
    private static readonly TrainingPlan Plan = TrainingPresets.Tiny with { Crop = new PixelSize(128, 96), BatchSize = 2 };

    private readonly TempFolder _folder = new();
    private readonly IReadOnlyList<SampleRef> _samples;

    public BatchMakerTests() => _samples = SceneFolder.Write(_folder.Sub("game"), SceneDomain.Game, 5, 160, 120, labels: true);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SampleStore.DefaultBudget)]
    [InlineData(0)] // every image from its file
    public void A_batch_in_used_arrays_is_the_batch_in_new_ones(long budget)
    {
        SampleStore store = Store(budget);
        BatchMaker reusing = Maker(store, Plan), fresh = Maker(store, Plan);
        Batch? used = null;
        for (int i = 0; i < 6; i++)
        {
            Batch batch = reusing.Make(i), expected = fresh.Make(i);
            Assert.True(used is null || ReferenceEquals(used.Source, batch.Source));
            Assert.Equal(expected.Iteration, batch.Iteration);
            Assert.Equal(expected.Source, batch.Source);
            Assert.Equal(expected.SourceLabels, batch.SourceLabels);
            Assert.Equal(expected.Target!.Plain, batch.Target!.Plain);
            Assert.Equal(expected.Target.Jittered, batch.Target.Jittered);
            Assert.Equal(expected.Target.PseudoLabels, batch.Target.PseudoLabels);
            Assert.Equal(expected.Target.KeptShare, batch.Target.KeptShare);
            Assert.InRange(batch.Target.KeptShare, 0.5, 0.999);
            reusing.Return(used = batch);
        }
    }

    [Fact]
    public void Target_images_may_stay_bytes_and_all_else_is_the_same()
    {
        SampleStore store = Store(SampleStore.DefaultBudget);
        Batch floats = Maker(store, Plan).Make(1), bytes = Maker(store, Plan, asBytes: true).Make(1);
        Assert.Equal(floats.Source, bytes.Source);
        Assert.Equal(floats.Target!.Jittered, bytes.Target!.Jittered);
        Assert.Equal(floats.Target.PseudoLabels, bytes.Target.PseudoLabels);
        Assert.Empty(bytes.Target.Plain);
        var planes = new float[floats.Target.Plain.Length];
        var input = new PixelInput(Normalisation.Of(Plan.Network.Normalisation));
        int each = planes.Length / Plan.BatchSize;
        for (int i = 0; i < Plan.BatchSize; i++) input.Planar(bytes.Target.PlainBytes.AsSpan(i * each, each), planes.AsSpan(i * each, each));
        Assert.Equal(0, floats.Target.Plain.Zip(planes).Max(p => Math.Abs(p.First - p.Second)), 1e-5);
    }

    [Fact]
    public void A_batch_leaves_little_for_the_garbage_collector()
    {
        // Not aligned: what alignment allocates is its own matter.
        BatchMaker maker = Maker(Store(SampleStore.DefaultBudget), Plan with { Alignment = Plan.Alignment with { Scheme = AlignmentScheme.None } });
        for (int i = 0; i < 20; i++) maker.Return(maker.Make(i));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 20; i < 40; i++) maker.Return(maker.Make(i));
        long perBatch = (GC.GetAllocatedBytesForCurrentThread() - before) / 20;
        int pixels = Plan.BatchSize * 128 * 96, arrays = (3 * 3 * sizeof(float) * pixels) + (2 * pixels);
        Assert.InRange(perBatch, 1, arrays / 4);
    }

    [Fact]
    public void A_sample_of_a_set_beyond_the_budget_is_decoded_once_a_batch_slot()
    {
        SampleStore store = Store(0);
        for (int i = 0; i < _samples.Count; i++) store.Style(i);
        BatchMaker maker = Maker(store, Plan);
        int before = store.Decoded;
        maker.Make(0);
        Assert.InRange(store.Decoded - before, 1, 2 * Plan.BatchSize); // image, alignment and labels of a slot share it
    }

    private SampleStore Store(long budget) => new(_samples, null, SceneFolder.Space.Count, new SkiaImageCodec(), budget);

    private static BatchMaker Maker(SampleStore store, TrainingPlan plan, bool asBytes = false) => new(plan, 1, store, store, new Striped(), asBytes);

    private sealed class Striped : IPseudoLabelSource
    {
        private readonly LabelMap _map = new(160, 120, [.. Enumerable.Range(0, 160 * 120).Select(i => i % 10 == 0 ? LabelMap.Ignore : (byte)(i % 7))]);

        public LabelMap PseudoLabels(int index) => _map;
    }
}
