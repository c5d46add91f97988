using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Safetensors;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>The whole pipeline on a handful of rendered streets, in process.</summary>
[Collection(nameof(TorchCollection))]
public sealed class PipelineTests : IDisposable
{
    private static readonly TrainingPlan Plan = TrainingPresets.Tiny with
    {
        Stages = 1,
        CoarseIterations = 7,
        StageIterations = 5,
        CheckpointEvery = 3,
        Crop = new PixelSize(64, 48),
        Network = new NetworkSettings(Backbone.ResNet18, AsppChannels: 8, DecoderChannels: 8),
    };

    private readonly TempFolder _folder = new();
    private readonly IReadOnlyList<SampleRef> _source;
    private readonly IReadOnlyList<SampleRef> _target;
    private readonly IReadOnlyList<SampleRef> _truth;

    public PipelineTests()
    {
        _source = SceneFolder.Write(_folder.Sub("game"), SceneDomain.Game, 6, 96, 64, labels: true);
        _target = SceneFolder.Write(_folder.Sub("camera"), SceneDomain.Camera, 6, 96, 64, labels: false);
        _truth = SceneFolder.Write(_folder.Sub("truth"), SceneDomain.Camera, 2, 96, 64, labels: true, seed: 4);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_reports_every_part_of_the_method()
    {
        var journal = new RecordingJournal();
        Train("whole", Plan, journal);
        Assert.Equal(12, journal.MetricPoints.Count);
        Assert.Equal(["segSource", "total"], journal.MetricPoints[0].Losses.Keys.Order());
        Assert.Equal(["consistency", "segSource", "segTarget", "total", "triplet"], journal.MetricPoints[^1].Losses.Keys.Order());
        Assert.Null(journal.MetricPoints[0].KeptShare);
        Assert.InRange(journal.MetricPoints[^1].KeptShare!.Value, 0, 1);
        StageSummary stage = Assert.Single(journal.Stages);
        Assert.All(stage.Thresholds, t => Assert.InRange(t, 0, 0.9));
        Assert.InRange(stage.KeptShare, 0.01, 1);
        Assert.Equal(1, stage.PredictedShareByClass.Sum(), 1e-9);
        Assert.Equal(2, journal.Checkpoints.Count);
        Assert.Equal([(0, 3), (0, 6), (1, 10)], journal.States);
        Assert.Equal([0, 1], journal.Evaluations.Select(e => e.Stage));
        Assert.Equal(["centers", "evaluation", "pseudoLabels", "quality", "training"], journal.Progresses.Select(p => p.Phase).Distinct().Order());
        Assert.Equal(12, journal.Progresses[^1].Iteration);
        Assert.Equal([0, 1], journal.Qualities.Select(q => q.Stage));
        Assert.Null(journal.Qualities[0].Quality.Agreement);
        Assert.InRange(journal.Qualities[1].Quality.Agreement!.Value, 0, 1);
        for (int i = 0; i < 12; i++)
        {
            // the polynomial starts anew in each stage
            (double rate, int at, int length) = i < 7 ? (5e-2, i, 7) : (2.5e-2, i - 7, 5);
            Assert.Equal(rate * Math.Pow(1 - (at / (double)length), 0.9), journal.MetricPoints[i].LearningRate, 1e-12);
        }
    }

    [Fact]
    public void One_seed_gives_one_model_and_another_seed_another()
    {
        byte[] first = Train("first", Plan), second = Train("second", Plan);
        Assert.Equal(first, second);
        Assert.NotEqual(first, Train("third", Plan with { Seed = 2 }));
    }

    [Theory]
    [InlineData(2)] // within the coarse stage, before its first state
    [InlineData(5)] // after a state
    [InlineData(7)] // at the border of the stages
    [InlineData(10)] // within adaptation
    public void A_run_that_was_stopped_and_resumed_equals_one_that_was_not(long stopAfter)
    {
        byte[] undisturbed = Train("undisturbed", Plan);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Train("stopped", Plan, new RecordingJournal(stop, stopAfter), stop.Token));
        Assert.Equal(undisturbed, Train("stopped", Plan));
    }

    [Fact]
    public void An_attempt_after_one_that_died_at_the_very_end_reports_what_was_not_heard_and_trains_nothing()
    {
        var first = new RecordingJournal();
        Train("done", Plan, first);
        var second = new RecordingJournal();
        Train("done", Plan, second);
        Assert.Empty(second.MetricPoints);
        Assert.Equal(first.Checkpoints.Select(c => c.Id), second.Checkpoints.Select(c => c.Id));
        Assert.Equal(first.Evaluations.Select(e => (e.Stage, e.Report.Miou)), second.Evaluations.Select(e => (e.Stage, e.Report.Miou)));
    }

    [Fact]
    public void A_stage_whose_pseudo_labels_are_missing_is_prepared_anew()
    {
        byte[] undisturbed = Train("undisturbed", Plan);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Train("robbed", Plan, new RecordingJournal(stop, 9), stop.Token));
        File.Delete(Assert.Single(Directory.GetFiles(_folder.Sub("artifacts-robbed"), "pseudo-labels.zip", SearchOption.AllDirectories)));
        Assert.Equal(undisturbed, Train("robbed", Plan));
    }

    [Fact]
    public void Looking_at_the_models_does_not_change_them()
    {
        TrainingPlan blind = Plan with { Quality = new QualitySettings(0) };
        Assert.Equal(Train("looked at", Plan), Train("blind", blind));
    }

    [Fact]
    public void A_resumed_run_compares_with_the_stages_of_its_earlier_attempt()
    {
        var undisturbed = new RecordingJournal();
        Train("one go", Plan, undisturbed);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Train("two goes", Plan, new RecordingJournal(stop, 9), stop.Token));
        var resumed = new RecordingJournal();
        Train("two goes", Plan, resumed);
        Assert.Equal(undisturbed.Qualities[1], Assert.Single(resumed.Qualities));
        Assert.NotNull(resumed.Qualities[0].Quality.Agreement);
    }

    [Fact]
    public void Each_switch_changes_what_is_learned()
    {
        byte[] all = Train("all", Plan);
        TrainingPlan[] others =
        [
            Plan with { Alignment = Plan.Alignment with { Scheme = Domain.Photometry.AlignmentScheme.None } },
            Plan with { Jitter = Plan.Jitter with { Enabled = false } },
            Plan with { Triplet = Plan.Triplet with { Enabled = false } },
            Plan with { Triplet = Plan.Triplet with { Negatives = TripletNegatives.All } },
            Plan with { Triplet = Plan.Triplet with { IncludePseudoLabels = true } },
            Plan with { Consistency = new ConsistencySettings(false) },
            Plan with { PseudoLabels = Plan.PseudoLabels with { Percent = 60 } },
            Plan with { Centers = new CenterSettings(MaxImages: 1) },
            Plan with { Optimizer = Plan.Optimizer with { HeadFactor = 2 } },
            Plan with { Network = Plan.Network with { Normalisation = InputNormalisation.None } },
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
        for (int i = 0; i < others.Length; i++) Assert.NotEqual(all, Train($"other{i}", others[i]));
    }

    [Fact]
    public void A_model_chosen_by_labels_is_marked_and_no_worse_than_any_on_its_way()
    {
        var journal = new RecordingJournal();
        Train("oracle", Plan with { Stages = 0, EvaluateEvery = 2, Selection = ModelSelection.Oracle }, journal);
        Checkpoint checkpoint = Assert.Single(journal.Checkpoints);
        Assert.Equal(4, journal.Evaluations.Count);
        Assert.Equal(ModelSelection.Oracle, checkpoint.Manifest.Selection);
        Assert.Equal(journal.Evaluations.Max(e => e.Report.Miou), checkpoint.Manifest.Metrics["miou"]);
        Assert.Equal(ModelSelection.Oracle, journal.Evaluations[^1].Report.Selection);
        Assert.Empty(Directory.GetFiles(_folder.Sub("artifacts-oracle"), "oracle*", SearchOption.AllDirectories));
        string[] kept = Directory.GetFiles(_folder.Sub("artifacts-oracle"), "predictions-*.zip", SearchOption.AllDirectories);
        Assert.Equal(["predictions-2.zip", "predictions-4.zip", "predictions-6.zip", "predictions-7.zip"], kept.Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_rate_that_diverges_ends_with_a_reason()
    {
        TrainingPlan wild = Plan with { CoarseIterations = 60, Optimizer = Plan.Optimizer with { CoarseLearningRate = 10, Momentum = 0.99, HeadFactor = 1000 } };
        Assert.Equal("loss-diverged", Assert.Throws<RuleViolationException>(() => Train("wild", wild)).Code);
    }

    [Fact]
    public void Weights_that_the_last_step_broke_are_not_published()
    {
        var journal = new RecordingJournal();
        TrainingPlan once = Plan with { Stages = 0, CoarseIterations = 1, Optimizer = Plan.Optimizer with { CoarseLearningRate = 1e38, HeadFactor = 1e6 } };
        Assert.Equal("loss-diverged", Assert.Throws<RuleViolationException>(() => Train("broken", once, journal)).Code);
        Assert.Empty(journal.Checkpoints);
    }

    [Fact]
    public void A_backbone_in_torchvisions_names_and_a_whole_checkpoint_are_starting_points()
    {
        TrainingPlan once = Plan with { Stages = 0, CoarseIterations = 1 };
        Train("parent", once);
        string weights = Path.Combine(_folder.Sub("artifacts-parent"), "runs", RunId.ToString(), "stages", "0", "model.safetensors");
        var source = new FileWeights(weights);
        byte[] child = Train("child", once with { Network = once.Network with { Pretrained = "parent" }, Seed = 9 }, weights: source);
        Assert.NotEqual(Train("stranger", once with { Seed = 9 }), child);

        // Without coarse iterations the checkpoint is T0 itself, and adaptation starts from it.
        TrainingPlan adaptOnly = once with { CoarseIterations = 0, Network = once.Network with { Pretrained = "parent" } };
        Assert.Equal(File.ReadAllBytes(weights), Train("as it is", adaptOnly, weights: source));
        TrainingPlan whole = once with { Stages = 1 };
        Assert.Equal(Train("whole", whole), Train("adapted", whole with { CoarseIterations = 0, Network = adaptOnly.Network }, weights: source));
        string backbone = _folder.Sub("backbone.safetensors");
        using (FileStream parent = File.OpenRead(weights), file = File.Create(backbone))
        {
            SafetensorsWriter.Write(file, [.. SafetensorsReader.Read(parent).Where(t => t.Name.StartsWith("backbone.", StringComparison.Ordinal))]);
        }

        Assert.Equal("weights-mismatch", Assert.Throws<RuleViolationException>(() => Train("headless", adaptOnly, weights: new FileWeights(backbone))).Code);
        Assert.Equal("weights-mismatch", Assert.Throws<RuleViolationException>(() => Train(
            "other", once with { Network = once.Network with { Pretrained = "parent", Backbone = Backbone.MobileNetV2 } }, weights: source)).Code);
    }

    private static Guid RunId { get; } = Guid.Parse("0198c0de-0000-7000-8000-000000000001");

    private byte[] Train(string name, TrainingPlan plan, RecordingJournal? journal = null, CancellationToken cancel = default, IWeightSource? weights = null)
    {
        string root = _folder.Sub($"artifacts-{name}");
        var artifacts = new FileArtifactStore(root);
        var trainer = new TorchTrainer(new SkiaImageCodec(), weights ?? new FileWeights(""), TimeProvider.System);
        trainer.Train(new TrainingJob(RunId, name, plan, SceneFolder.Space, _source, _target, _truth), artifacts, journal ?? new RecordingJournal(), cancel);
        return File.ReadAllBytes(Path.Combine(root, "runs", RunId.ToString(), "stages", $"{plan.Stages}", "model.safetensors"));
    }

    private sealed class FileWeights(string path) : IWeightSource
    {
        public Stream Open(string pretrained) => File.OpenRead(path);
    }
}
