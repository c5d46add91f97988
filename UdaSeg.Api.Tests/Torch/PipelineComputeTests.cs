using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>What a whole run costs, and what its precision and memory layout change.</summary>
[Collection(nameof(TorchCollection))]
public sealed class PipelineComputeTests : IDisposable
{
    private static readonly TrainingPlan Plan = TrainingPresets.Tiny with
    {
        Stages = 1,
        CoarseIterations = 7,
        StageIterations = 5,
        CheckpointEvery = 3,
        Crop = new PixelSize(64, 48),
        Network = new NetworkSettings(Backbone.ResNet18, AsppChannels: 8, DecoderChannels: 8),
        Quality = new QualitySettings(0),
    };

    private readonly TempFolder _folder = new();
    private readonly IReadOnlyList<SampleRef> _source;
    private readonly IReadOnlyList<SampleRef> _target;

    public PipelineComputeTests()
    {
        _source = SceneFolder.Write(_folder.Sub("game"), SceneDomain.Game, 4, 96, 64, labels: true);
        _target = SceneFolder.Write(_folder.Sub("camera"), SceneDomain.Camera, 4, 96, 64, labels: false);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Precision.BFloat16, ChannelsLastMode.Off)]
    [InlineData(Precision.BFloat16, ChannelsLastMode.On)]
    [InlineData(Precision.Float32, ChannelsLastMode.On)]
    public void A_run_that_was_stopped_equals_one_that_was_not_in_any_precision_and_layout_and_its_model_is_another(Precision precision, ChannelsLastMode layout)
    {
        TrainingPlan usual = Plan with { BatchSize = 2 }; // few pixels: bf16 is slow where the processor has no instructions for it
        TrainingPlan plan = usual with { Compute = new ComputeSettings(precision, layout) };
        byte[] undisturbed = Train("undisturbed", plan);
        foreach (long stopAfter in new[] { 5, 10 })
        {
            using var stop = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => Train($"stopped{stopAfter}", plan, new RecordingJournal(stop, stopAfter), stop.Token));
            Assert.Equal(undisturbed, Train($"stopped{stopAfter}", plan));
        }

        Assert.NotEqual(undisturbed, Train("default", usual));
    }

    [Fact]
    public void A_run_says_how_long_it_waited_for_samples()
    {
        var journal = new RecordingJournal();
        Train("waiting", Plan, journal);
        Assert.All(journal.MetricPoints, m => Assert.InRange(m.WaitShare!.Value, 0, 1));
        Assert.True(journal.MetricPoints[0].WaitShare > 0); // the first batch cannot be there before it is asked for
        Assert.Contains(journal.Messages, m => m.StartsWith("Stage 0: 7 iterations", StringComparison.Ordinal));
        Assert.Contains(journal.Messages, m => m.StartsWith("Stage 1: 5 iterations", StringComparison.Ordinal));
    }

    [Fact]
    public void Memory_is_flat_over_many_iterations()
    {
        var journal = new RecordingJournal();
        var resident = new Dictionary<long, long>();
        journal.OnMetrics = m => resident[m.Iteration] = Environment.WorkingSet;
        TrainingPlan many = Plan with { Stages = 0, CoarseIterations = 160, CheckpointEvery = 1000, BatchSize = 2, Crop = new PixelSize(32, 32), Optimizer = new OptimizerSettings(1e-3) };
        Train("long", many, journal);
        Assert.InRange(resident[160] - resident[60], long.MinValue, 24L << 20); // an iteration whose tensors stayed would leave megabytes each time
    }

    private byte[] Train(string name, TrainingPlan plan, RecordingJournal? journal = null, CancellationToken cancel = default)
    {
        var run = Guid.Parse("0198c0de-0000-7000-8000-000000000002");
        string root = _folder.Sub($"artifacts-{name}");
        var trainer = new TorchTrainer(new SkiaImageCodec(), new NoWeights(), TimeProvider.System);
        trainer.Train(
            new TrainingJob(run, name, plan, SceneFolder.Space, _source, _target, []), new FileArtifactStore(root), journal ?? new RecordingJournal(), cancel);
        return File.ReadAllBytes(Path.Combine(root, "runs", run.ToString(), "stages", $"{plan.Stages}", "model.safetensors"));
    }

    private sealed class NoWeights : IWeightSource
    {
        public Stream Open(string pretrained) => throw new FileNotFoundException(pretrained);
    }
}
