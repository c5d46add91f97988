using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using UdaSeg.Infrastructure.Torch.Translation;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Whole translators on a handful of rendered streets, whose target is the same streets under a red light.</summary>
[Collection(nameof(TorchCollection))]
public sealed class TranslationTests : IDisposable
{
    private const int Images = 3;

    private static readonly TrainingPlan Plan = TrainingPresets.Tiny with
    {
        Crop = new PixelSize(64, 48),
        CheckpointEvery = 4,
        Network = new NetworkSettings(Backbone.ResNet18, AsppChannels: 8, DecoderChannels: 8),
        Translation = new TranslationSettings(Iterations: 6, Width: 4, Blocks: 1, Crop: new PixelSize(35, 33)),
    };

    private readonly TempFolder _folder = new();
    private readonly SkiaImageCodec _codec = new();
    private readonly IReadOnlyList<SampleRef> _source;
    private readonly IReadOnlyList<SampleRef> _target;
    private readonly DeepLabV3Plus _network = NetworkFactory.Create(CheckpointArchitecture.Of(Plan.Network), SceneFolder.Space.Count, 3, CPU);

    public TranslationTests()
    {
        _source = SceneFolder.Write(_folder.Sub("game"), SceneDomain.Game, Images, 67, 50, labels: true); // sides that four does not divide
        _target = SceneFolder.Write(_folder.Sub("camera"), SceneDomain.Game, Images, 64, 48, labels: false, seed: 8);
        foreach (SampleRef sample in _target) File.WriteAllBytes(sample.ImagePath, _codec.Encode(Reddened(_codec.Decode(File.ReadAllBytes(sample.ImagePath))), ImageFormat.Png));
    }

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Translated_images_are_nearer_to_the_target_s_colours(bool residual)
    {
        // What adds to its input is slow to leave it where coming back counts much.
        TrainingPlan plan = Plan with
        {
            Translation = Plan.Translation with { Iterations = 60, LearningRate = 2e-3, Width = 8, Residual = residual, CycleWeight = residual ? 1 : 10 },
        };
        StageContext context = Context("colours", plan);
        using TranslatedSamples translated = new Translators(context, 0).Samples(0);
        double[] before = MeanColour(context.Source), wanted = MeanColour(context.Target), after = MeanColour(translated);
        double Apart(double[] colour) => Math.Sqrt(colour.Zip(wanted, (a, b) => (a - b) * (a - b)).Sum());
        Assert.True(Apart(after) < 0.7 * Apart(before), $"{Apart(before):0.0} levels before, {Apart(after):0.0} after");
    }

    [Fact]
    public void Samples_keep_their_names_sizes_and_labels_and_take_the_painted_images()
    {
        StageContext context = Context("samples", Plan);
        using TranslatedSamples translated = new Translators(context, 0).Samples(0);
        using var model = new CycleModel(Plan.Translation, Plan.Seed, 0, CPU);
        NetworkWeights.Restore(model.Weights, context.Artifacts.Translator(0).Weights());
        Assert.Equal(Images, translated.Count);
        for (int i = 0; i < Images; i++)
        {
            RgbImage expected = new ImagePainter(model.ToTarget, CPU).Paint(context.Source.Image(i)), image = translated.Image(i);
            Assert.Equal(_source[i], translated[i]);
            Assert.Equal((67, 50), (image.Width, image.Height));
            Assert.Equal(expected.Pixels, image.Pixels);
            Assert.NotEqual(context.Source.Image(i).Pixels, image.Pixels);
            Assert.Same(image, translated.Image(i));
            Assert.Equal(context.Source.Labels(i).Labels, translated.Labels(i).Labels);
        }
    }

    [Fact]
    public void One_seed_gives_the_same_bytes_and_another_seed_others()
    {
        Dictionary<string, string> first = Outputs("first", Plan), other = Outputs("third", Plan with { Seed = 2 });
        Assert.Equal(first, Outputs("second", Plan));
        Assert.Equal(["images-00000.zip", "model.safetensors", "translated.json"], first.Keys.Select(Path.GetFileName).Order());
        foreach (string file in first.Keys.Where(f => !f.EndsWith(".json", StringComparison.Ordinal))) Assert.NotEqual(first[file], other[file]);
    }

    [Theory]
    [InlineData(1)] // before its first state
    [InlineData(4)] // at a state
    [InlineData(5)]
    [InlineData(6)] // at its end
    [InlineData(8)] // while images are painted
    public void A_translator_that_was_stopped_and_resumed_equals_one_that_was_not(int stopAfter)
    {
        Dictionary<string, string> undisturbed = Outputs("undisturbed", Plan);
        using var stop = new CancellationTokenSource();
        var journal = new RecordingJournal();
        journal.OnProgress = _ =>
        {
            if (journal.Progresses.Count == stopAfter) stop.Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(() => new Translators(Context("stopped", Plan, journal, stop.Token), 0).Samples(0));
        Assert.Equal(stopAfter < 6, Files("stopped").Keys.Any(f => f.Contains("state-", StringComparison.Ordinal)));
        Assert.Equal(undisturbed, Outputs("stopped", Plan));
    }

    [Fact]
    public void What_is_stored_is_not_made_again()
    {
        Outputs("stored", Plan);
        var journal = new RecordingJournal();
        using TranslatedSamples again = new Translators(Context("stored", Plan, journal), 0).Samples(0);
        Assert.Empty(journal.Progresses);

        Dictionary<string, string> all = Files("stored");
        Directory.GetFiles(_folder.Sub("stored"), "translated.json", SearchOption.AllDirectories).ToList().ForEach(File.Delete);
        Directory.GetFiles(_folder.Sub("stored"), "images-00000.zip", SearchOption.AllDirectories).ToList().ForEach(File.Delete);
        again.Dispose();
        using TranslatedSamples mended = new Translators(Context("stored", Plan, journal), 0).Samples(0);
        Assert.Equal(["translation"], journal.Progresses.Select(p => p.Phase).Distinct());
        Assert.Equal(all, Files("stored"));
    }

    [Fact]
    public void A_second_translator_goes_on_from_the_first_by_what_the_stage_before_says()
    {
        var journal = new RecordingJournal();
        StageContext context = Context("second", Plan, journal);
        context.Artifacts.Publish(NetworkWeights.Capture(NetworkState.Of(_network)), 0, (digest, bytes) => new Checkpoint(
            Guid.NewGuid(), TinyNetwork.Manifest([]), context.Artifacts.WeightsKey(0), bytes, DateTimeOffset.UnixEpoch));
        using TranslatedSamples translated = new Translators(context, 1).Samples(1);
        Assert.Equal([("translator", 1), ("translation", 1)], journal.Progresses.Select(p => (p.Phase, p.Stage)).Distinct());
        Assert.Equal(2 * Plan.Translation.Iterations, journal.Progresses.Count(p => p.Phase == "translator"));
        Assert.DoesNotContain("semantic 0.000", journal.Messages[1], StringComparison.Ordinal);
        Assert.Contains("semantic 0.000", journal.Messages[0], StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Sub("second/runs") + $"/{Guid.Empty}/translators/0/translated.json")); // nobody sees the first one's images
    }

    [Fact]
    public void Memory_does_not_grow_with_the_steps()
    {
        using var model = new CycleModel(Plan.Translation, 1, 0, CPU);
        var crops = new TranslatorCrops(Plan, 0, CPU);
        StageContext context = Context("memory", Plan);
        void Steps(int from, int count)
        {
            for (int i = from; i < from + count; i++)
            {
                using DisposeScope scope = NewDisposeScope();
                model.Step(crops.Draw(context.Source, i, TranslatorCrops.SourceSlot), crops.Draw(context.Target, i, TranslatorCrops.TargetSlot), null, 1e-4, i);
            }
        }

        Steps(0, 10);
        long tensors = Tensor.TotalCount;
        var kept = new List<long>();
        for (int i = 10; i < 80; i += 10)
        {
            Steps(i, 10);
            kept.Add(NativeHeap.BytesKept());
        }

        Assert.InRange(Tensor.TotalCount, 0, tensors);
        Assert.InRange(NativeHeap.Growth(kept), long.MinValue, 100_000); // a step's activations are megabytes
    }

    private Dictionary<string, string> Outputs(string name, TrainingPlan plan)
    {
        new Translators(Context(name, plan), 0).Samples(0).Dispose();
        return Files(name);
    }

    private Dictionary<string, string> Files(string name) => Directory.GetFiles(_folder.Sub(name), "*", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(_folder.Sub(name), f), f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f))));

    private StageContext Context(string name, TrainingPlan plan, IRunJournal? journal = null, CancellationToken cancel = default)
    {
        int classes = SceneFolder.Space.Count;
        return new StageContext(
            new TrainingJob(Guid.Empty, name, plan, SceneFolder.Space, _source, _target, []),
            _network,
            CPU,
            new SampleStore(_source, null, classes, _codec),
            new SampleStore(_target, null, classes, _codec),
            new SampleStore([], null, classes, _codec),
            new RunArtifacts(new FileArtifactStore(_folder.Sub(name)), Guid.Empty),
            journal ?? new RecordingJournal(),
            new RunClock(),
            cancel);
    }

    private static RgbImage Reddened(RgbImage image)
    {
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(i % 3 == 0 ? 128 + (image.Pixels[i] / 2) : image.Pixels[i] / 2);
        return image;
    }

    private static double[] MeanColour(ISamples samples) => [.. Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, samples.Count)
        .Average(i => samples.Image(i).Pixels.Where((_, p) => p % 3 == c).Average(v => (double)v)))];
}
