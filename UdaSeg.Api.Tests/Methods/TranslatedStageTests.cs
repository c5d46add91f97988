using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Methods;
using UdaSeg.Infrastructure.Torch.Stages;
using UdaSeg.Infrastructure.Torch.Translation;
using Xunit;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Whole runs under the scheme <c>gan</c>.</summary>
[Collection(nameof(TorchCollection))]
public sealed class TranslatedStageTests : IDisposable
{
    private const int Images = 4;

    private static readonly TrainingPlan Preset = TrainingPresets.Tiny with
    {
        CoarseIterations = 3,
        StageIterations = 3,
        Crop = new PixelSize(64, 48),
        Network = new NetworkSettings(Backbone.ResNet18, AsppChannels: 8, DecoderChannels: 8),
        Translation = new TranslationSettings(Iterations: 3, Width: 4, Blocks: 1, Crop: new PixelSize(32, 32)),
        Quality = new QualitySettings(0),
    };

    private readonly TempFolder _folder = new();
    private readonly IReadOnlyList<SampleRef> _source;
    private readonly IReadOnlyList<SampleRef> _others;
    private readonly IReadOnlyList<SampleRef> _target;

    public TranslatedStageTests()
    {
        _source = SceneFolder.Write(_folder.Sub("game"), SceneDomain.Game, Images, 96, 64, labels: true);
        _others = SceneFolder.Write(_folder.Sub("others"), SceneDomain.Camera, Images, 96, 64, labels: false, seed: 9);
        _target = SceneFolder.Write(_folder.Sub("camera"), SceneDomain.Camera, Images, 96, 64, labels: false);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A run whose translations are there already, and are other pictures altogether, learns what a run on those pictures learns.</summary>
    [Theory]
    [InlineData(TrainingMethod.CoarseToFine, 0)]
    [InlineData(TrainingMethod.Bdl, 1)]
    [InlineData(TrainingMethod.Dtst, 0)]
    [InlineData(TrainingMethod.Cag, 0)]
    public void Every_stage_sees_the_translated_images_with_the_original_labels(TrainingMethod method, int lastTranslator)
    {
        TrainingPlan plan = Preset.Shaped(method) with { Stages = 1 };
        plan = plan with { Alignment = plan.Alignment with { Scheme = AlignmentScheme.Gan } };
        for (int number = 0; number <= lastTranslator; number++) Paint("translated", number, _others);
        var journal = new RecordingJournal();
        byte[] translated = Train("translated", plan, _source, journal);
        Assert.DoesNotContain(journal.Progresses, p => p.Phase is "translator" or "translation");
        TrainingPlan plain = plan with { Alignment = plan.Alignment with { Scheme = AlignmentScheme.None } };
        SampleRef[] others = [.. _source.Select((s, i) => s with { ImagePath = _others[i].ImagePath })];
        Assert.Equal(Train("others", plain, others), translated);
        Assert.NotEqual(Train("plain", plain, _source), translated);
    }

    [Fact]
    public void BDL_trains_a_second_translator_once_there_is_a_network()
    {
        var journal = new RecordingJournal();
        Train("bdl", Preset.Shaped(TrainingMethod.Bdl), _source, journal);
        (int, string)[] order = [.. journal.Progresses.Select(p => (p.Stage, p.Phase)).Aggregate(new List<(int, string)>(), (all, p) => all.Count > 0 && all[^1] == p ? all : [.. all, p])];
        Assert.Equal(
            [
                (0, "translator"), (0, "translation"), (0, "training"), (1, "translator"), (1, "translation"), (1, "pseudoLabels"), (1, "training"),
                (2, "pseudoLabels"), (2, "training"),
            ],
            order);
        Assert.Equal(2, journal.Messages.Count(m => m.StartsWith("Translator ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(TrainingMethod.Bdl, AlignmentScheme.Gan)]
    [InlineData(TrainingMethod.Dtst, AlignmentScheme.Gan)]
    [InlineData(TrainingMethod.Fda, AlignmentScheme.None)]
    [InlineData(TrainingMethod.CoarseToFine, AlignmentScheme.Hybrid)]
    public void Methods_that_need_translated_images_ask_for_them(TrainingMethod method, AlignmentScheme scheme) =>
        Assert.Equal(scheme, TrainingPresets.Tiny.Shaped(method).Alignment.Scheme);

    [Fact]
    public void A_method_with_an_alignment_of_its_own_trains_no_translator()
    {
        Assert.Null(TrainingMethods.Of(TrainingMethod.Fda).Translator(0));
        Assert.Equal([0, 1, 1], Enumerable.Range(0, 3).Select(stage => TrainingMethods.Of(TrainingMethod.Bdl).Translator(stage)!.Value));
        Assert.All(
            Enum.GetValues<TrainingMethod>().Except([TrainingMethod.Fda, TrainingMethod.Bdl]),
            method => Assert.Equal(0, TrainingMethods.Of(method).Translator(3)));
    }

    private static Guid RunId { get; } = Guid.Parse("0198c0de-0000-7000-8000-000000000001");

    private void Paint(string name, int number, IReadOnlyList<SampleRef> pictures)
    {
        TranslatorArtifacts translator = new RunArtifacts(new FileArtifactStore(_folder.Sub($"artifacts-{name}")), RunId).Translator(number);
        translator.WriteImages(0, pictures.Select((p, i) => (i, File.ReadAllBytes(p.ImagePath))));
        translator.WriteRecord(new TranslationRecord(pictures.Count));
    }

    private byte[] Train(string name, TrainingPlan plan, IReadOnlyList<SampleRef> source, RecordingJournal? journal = null)
    {
        string root = _folder.Sub($"artifacts-{name}");
        var trainer = new TorchTrainer(new SkiaImageCodec(), new NoWeights(), TimeProvider.System);
        trainer.Train(
            new TrainingJob(RunId, name, plan, SceneFolder.Space, source, _target, []), new FileArtifactStore(root), journal ?? new RecordingJournal(), CancellationToken.None);
        return File.ReadAllBytes(Path.Combine(root, "runs", RunId.ToString(), "stages", $"{plan.Stages}", "model.safetensors"));
    }

    private sealed class NoWeights : IWeightSource
    {
        public Stream Open(string pretrained) => throw new NotSupportedException();
    }
}
