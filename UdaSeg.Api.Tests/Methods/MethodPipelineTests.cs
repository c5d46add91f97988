using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch;
using Xunit;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Each method from beginning to end on a handful of rendered streets.</summary>
[Collection(nameof(TorchCollection))]
public sealed class MethodPipelineTests : IDisposable
{
    private static readonly TrainingPlan Small = TrainingPresets.Tiny with
    {
        CoarseIterations = 5,
        StageIterations = 4,
        CheckpointEvery = 2,
        Crop = new PixelSize(64, 48),
        Network = new NetworkSettings(Backbone.ResNet18, AsppChannels: 8, DecoderChannels: 8),
        Translation = TrainingPresets.Tiny.Translation with { Iterations = 4 },
    };

    private readonly TempFolder _folder = new();
    private readonly IReadOnlyList<SampleRef> _source;
    private readonly IReadOnlyList<SampleRef> _target;
    private readonly IReadOnlyList<SampleRef> _truth;

    public MethodPipelineTests()
    {
        _source = SceneFolder.Write(_folder.Sub("game"), SceneDomain.Game, 6, 96, 64, labels: true);
        _target = Dusky(SceneFolder.Write(_folder.Sub("dusk"), SceneDomain.Game, 6, 96, 64, labels: false, seed: 8));
        _truth = Dusky(SceneFolder.Write(_folder.Sub("truth"), SceneDomain.Game, 4, 96, 64, labels: true, seed: 4));
    }

    public void Dispose() => _folder.Dispose();

    public static TheoryData<TrainingMethod> Methods => [.. Enum.GetValues<TrainingMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_run_that_was_stopped_anywhere_and_resumed_equals_one_that_was_not(TrainingMethod method)
    {
        TrainingPlan plan = Of(method, Small);
        byte[] undisturbed = Train("undisturbed", plan);
        for (int stage = 0; stage <= plan.Stages; stage++)
        {
            // after a state was stored, with iterations since
            using var stop = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => Train("stopped", plan, new RecordingJournal(stop, plan.IterationsBefore(stage) + 3), stop.Token));
        }

        Assert.Equal(undisturbed, Train("stopped", plan));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_run_learns_and_stays_flat_in_memory(TrainingMethod method)
    {
        const int settled = 10;
        TrainingPlan plan = Of(method, Small with { CoarseIterations = 60, StageIterations = 40, EvaluateEvery = 15, CheckpointEvery = 1000 });
        var readings = new List<(int Stage, long Bytes, long Tensors)>();
        var journal = new RecordingJournal();
        journal.OnMetrics = m =>
        {
            long done = m.Iteration - plan.IterationsBefore(m.Stage);
            if (done >= settled && done % 5 == 0) readings.Add((m.Stage, NativeHeap.BytesKept(), torch.Tensor.TotalCount));
        };
        Train("learns", plan, journal);

        double start = journal.Evaluations[0].Report.Miou!.Value, end = journal.Evaluations[^1].Report.Miou!.Value;
        Assert.True(end > start + 0.05, $"from {start:0.000} to {end:0.000}: {string.Join(" ", journal.Evaluations.Select(e => $"{e.Stage}:{e.Report.Miou:0.00}"))}");
        Assert.Equal(plan.TotalIterations, journal.MetricPoints.Count);
        Assert.All(journal.MetricPoints.Where(m => m.Stage == 0), m => Assert.Null(m.KeptShare));
        if (method is TrainingMethod.Cag or TrainingMethod.CoarseToFine) Assert.All(journal.MetricPoints.Where(m => m.Stage > 0), m => Assert.InRange(m.KeptShare!.Value, 0.05, 1));
        Assert.Equal(Enumerable.Range(0, plan.Stages + 1), journal.Checkpoints.Select(c => c.Manifest.Origin!.Stage));
        Assert.All(readings.GroupBy(r => r.Stage), stage =>
        {
            Assert.True(stage.Last().Tensors <= stage.First().Tensors);
            Assert.InRange(NativeHeap.Growth([.. stage.Select(r => r.Bytes)]), long.MinValue, 64 << 10); // the logits of five iterations are twice that
        });
    }

    [Fact]
    public void Each_extra_changes_what_is_learned_and_resumes_exactly()
    {
        TrainingPlan plan = Of(TrainingMethod.CoarseToFine, Small) with { Stages = 1 };
        byte[] none = Train("none", plan);
        TrainingPlan[] others =
        [
            plan with { Teacher = new TeacherSettings(true) },
            plan with { ClassMix = new ClassMixSettings(true) },
            plan with { RareClasses = new RareClassSettings(true, MinPixels: 20) },
        ];
        for (int i = 0; i < others.Length; i++)
        {
            byte[] other = Train($"extra{i}", others[i]);
            Assert.NotEqual(none, other);
            using var stop = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => Train($"stopped{i}", others[i], new RecordingJournal(stop, plan.CoarseIterations + 3), stop.Token));
            Assert.Equal(other, Train($"stopped{i}", others[i]));
        }
    }

    [Fact]
    public void A_stage_that_begins_anew_owes_the_stage_before_its_labels_only()
    {
        // FDA's second model is trained without labels of the first: another first model leaves it as it is.
        TrainingPlan plan = Of(TrainingMethod.Fda, Small);
        Train("one", plan);
        Train("other", plan with { Fda = plan.Fda with { SmallBand = 0.2 } });
        Assert.NotEqual(Weights("one", 0), Weights("other", 0));
        Assert.Equal(Weights("one", 1), Weights("other", 1));
        Assert.NotEqual(Weights("one", 3), Weights("other", 3));
    }

    /// <summary>A little darker and redder: so near to the source that a hundred steps from random weights show on it, whatever the method.</summary>
    private static IReadOnlyList<SampleRef> Dusky(IReadOnlyList<SampleRef> samples)
    {
        var codec = new SkiaImageCodec();
        double[] scale = [0.95, 0.85, 0.8];
        foreach (SampleRef sample in samples)
        {
            RgbImage image = codec.Decode(File.ReadAllBytes(sample.ImagePath));
            for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)Math.Round(image.Pixels[i] * scale[i % 3]);
            File.WriteAllBytes(sample.ImagePath, codec.Encode(image, ImageFormat.Png));
        }

        return samples;
    }

    private static TrainingPlan Of(TrainingMethod method, TrainingPlan plan)
    {
        TrainingPlan shaped = plan.Shaped(method);
        // After so few steps only the easiest classes would have labels by CAG's own limits (features of 256 dimensions, a trained model), and the others be forgotten.
        return method == TrainingMethod.Cag ? shaped with { Stages = 1, Cag = shaped.Cag with { AnchorMargin = 0.5, MinProbability = 0.6 } } : shaped;
    }

    private byte[] Train(string name, TrainingPlan plan, RecordingJournal? journal = null, CancellationToken cancel = default)
    {
        var trainer = new TorchTrainer(new SkiaImageCodec(), new NoWeights(), TimeProvider.System);
        var artifacts = new FileArtifactStore(Root(name));
        trainer.Train(new TrainingJob(RunId, name, plan, SceneFolder.Space, _source, _target, _truth), artifacts, journal ?? new RecordingJournal(), cancel);
        return Weights(name, plan.Stages);
    }

    private static Guid RunId { get; } = Guid.Parse("0198c0de-0000-7000-8000-000000000001");

    private string Root(string name) => _folder.Sub($"artifacts-{name}");

    private byte[] Weights(string name, int stage) => File.ReadAllBytes(Path.Combine(Root(name), "runs", RunId.ToString(), "stages", $"{stage}", "model.safetensors"));

    private sealed class NoWeights : IWeightSource
    {
        public Stream Open(string pretrained) => throw new InvalidOperationException("These runs begin with random weights.");
    }
}
