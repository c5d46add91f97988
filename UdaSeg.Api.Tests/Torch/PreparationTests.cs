using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>What a stage makes of its teacher: pseudo-labels with their thresholds, and category centres, beside slow ones.</summary>
[Collection(nameof(TorchCollection))]
public sealed class PreparationTests : IDisposable
{
    private static readonly TrainingPlan Plan = TrainingPresets.Tiny with { Network = new NetworkSettings(Backbone.ResNet18, AsppChannels: 8, DecoderChannels: 8) };

    private readonly TempFolder _folder = new();
    private readonly DeepLabV3Plus _network = NetworkFactory.Create(CheckpointArchitecture.Of(Plan.Network), SceneFolder.Space.Count, 3, CPU);
    private readonly RunArtifacts _artifacts;
    private readonly TrainingJob _job;

    public PreparationTests()
    {
        _artifacts = new RunArtifacts(new FileArtifactStore(_folder.Sub("artifacts")), Guid.Empty);
        _job = new TrainingJob(
            Guid.Empty,
            "preparation",
            Plan,
            SceneFolder.Space,
            SceneFolder.Write(_folder.Sub("game"), SceneDomain.Game, 3, 97, 66, labels: true), // sides that strides do not divide
            SceneFolder.Write(_folder.Sub("camera"), SceneDomain.Camera, 3, 96, 64, labels: false),
            []);

        // The small random classifier predicts one class everywhere: make it opinionated.
        using DisposeScope scope = NewDisposeScope();
        using var noGrad = no_grad();
        random.manual_seed(11);
        nn.init.normal_(_network.classifier.weight!, 0, 2);
        _network.eval();
    }

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Pseudo_labels_are_the_confident_predictions_by_exact_thresholds()
    {
        StageContext context = Context(Plan);
        (ClassThresholds thresholds, ConfidenceHistogram histogram) = PseudoLabelling.Run(context, 1);
        var inference = context.NewInference();
        Prediction[] predictions = [.. Enumerable.Range(0, 3).Select(n => inference.Predict(context.Target.Image(n), 96, 64))];
        byte[] labels = [.. predictions.SelectMany(p => p.Labels)];
        float[] confidences = [.. predictions.SelectMany(p => p.Confidences)];
        double[] exact = ClassThresholds.ComputeExactly(labels, confidences, SceneFolder.Space.Count, 10, 0.9).Values;
        Assert.True(labels.Distinct().Count() >= 3);
        byte[] kept = [.. Enumerable.Range(0, 3).SelectMany(n => _artifacts.PseudoLabels(1).Find(n)!.Labels)];
        int keptPixels = 0, disputed = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            bool keeps = confidences[i] >= exact[labels[i]];
            if (Math.Abs(confidences[i] - exact[labels[i]]) < 1e-3) disputed++; // the histogram's quantile lies within bins of the exact one
            else Assert.Equal(keeps ? labels[i] : (byte)255, kept[i]);
            if (kept[i] != 255) keptPixels++;
        }

        Assert.InRange(disputed, 0, labels.Length / 20);
        Assert.InRange(keptPixels, labels.Length / 11, labels.Length - 1);
        Assert.Equal(labels.Length, Enumerable.Range(0, SceneFolder.Space.Count).Sum(histogram.Count));
        Assert.Equal(keptPixels / (double)labels.Length, histogram.Kept(10, 0.9).Total, 0.01);
        Assert.All(thresholds.Values.Zip(exact), pair => Assert.Equal(pair.Second, pair.First, 2e-3));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, 1)]
    public void Centres_are_the_directions_of_mean_features_over_the_aligned_source(bool correctOnly, int? maxImages)
    {
        TrainingPlan plan = Plan with { Centers = new CenterSettings(correctOnly, maxImages) };
        StageContext context = Context(plan);
        CategoryCenters actual = CategoryCenterEstimation.Run(context, 1);
        var sums = new double[SceneFolder.Space.Count, 8];
        var counts = new long[SceneFolder.Space.Count];
        var alignment = new SourceAlignment(plan, context.Source, context.Target);
        for (int m = 0; m < (maxImages ?? 3); m++)
        {
            RgbImage image = alignment.Whole(m, new SampleKey(plan.Seed, 1, m, SourceAlignment.WholeImageSlot));
            AddSlowly(image, context.Source.Labels(m), correctOnly, sums, counts);
        }

        Assert.True(counts.Count(c => c > 0) >= 3);
        Assert.Equal(counts, actual.Pixels);
        for (int c = 0; c < counts.Length; c++)
        {
            double norm = Math.Sqrt(Enumerable.Range(0, 8).Sum(d => sums[c, d] * sums[c, d]));
            if (counts[c] == 0) Assert.Null(actual.Centers[c]);
            else for (int d = 0; d < 8; d++) Assert.Equal(sums[c, d] / norm, actual.Centers[c]![d], 1e-5);
        }
    }

    private void AddSlowly(RgbImage image, LabelMap labels, bool correctOnly, double[,] sums, long[] counts)
    {
        using DisposeScope scope = NewDisposeScope();
        using var noGrad = no_grad();
        (Tensor logits, Tensor features) = _network.call(ImageTensors.Whole(image, Normalisation.ImageNet, CPU));
        int height = (int)features.shape[2], width = (int)features.shape[3];
        float[] x = features.contiguous().data<float>().ToArray(), z = logits.contiguous().data<float>().ToArray();
        for (int p = 0; p < height * width; p++)
        {
            byte label = labels.Labels[(p / width * 4 * labels.Width) + (p % width * 4)];
            if (label == 255) continue;
            int predicted = Enumerable.Range(0, counts.Length).MaxBy(c => z[(c * height * width) + p]);
            if (correctOnly && predicted != label) continue;
            for (int d = 0; d < 8; d++) sums[label, d] += x[(d * height * width) + p];
            counts[label]++;
        }
    }

    private StageContext Context(TrainingPlan plan)
    {
        var codec = new SkiaImageCodec();
        int classes = SceneFolder.Space.Count;
        return new StageContext(
            _job with { Plan = plan },
            _network,
            CPU,
            new SampleStore(_job.Source, null, classes, codec),
            new SampleStore(_job.Target, null, classes, codec),
            new SampleStore([], null, classes, codec),
            _artifacts,
            new RecordingJournal(),
            new RunClock(),
            CancellationToken.None);
    }
}
