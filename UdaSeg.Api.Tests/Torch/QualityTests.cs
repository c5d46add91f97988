using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>The label-free signals beside a slow computation straight from the logits.</summary>
[Collection(nameof(TorchCollection))]
public sealed class QualityTests : IDisposable
{
    private const int Width = 96, Height = 64, Count = 5;

    private static readonly TrainingPlan Plan = TrainingPresets.Tiny with
    {
        Network = new NetworkSettings(Backbone.ResNet18, AsppChannels: 8, DecoderChannels: 8),
        Quality = new QualitySettings(3),
    };

    private readonly TempFolder _folder = new();
    private readonly SkiaImageCodec _codec = new();
    private readonly FileArtifactStore _store;
    private readonly RunArtifacts _artifacts;
    private readonly TrainingJob _job;
    private readonly DeepLabV3Plus _first = Opinionated(11);
    private readonly DeepLabV3Plus _second = Opinionated(12);

    public QualityTests()
    {
        _store = new FileArtifactStore(_folder.Sub("artifacts"));
        _artifacts = new RunArtifacts(_store, Guid.Empty);
        _job = new TrainingJob(
            Guid.Empty, "quality", Plan, SceneFolder.Space, [], SceneFolder.Write(_folder.Sub("camera"), SceneDomain.Camera, Count, Width, Height, labels: false), []);
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Signals_are_those_of_every_pixel_of_the_chosen_images()
    {
        StageQuality before = QualityMeasuring.Run(Context(_first, Plan), 0)!;
        StageContext context = Context(_second, Plan);
        StageQuality after = QualityMeasuring.Run(context, 1)!;
        int[] chosen = [0, 1, 3]; // of five, three
        int agreeing = 0, consistent = 0;
        double confidence = 0;
        foreach (int n in chosen)
        {
            RgbImage image = context.Target.Image(n);
            (byte[] old, _) = Slow(_first, Floats(image));
            (byte[] now, float[] sure) = Slow(_second, Floats(image));
            (byte[] shaken, _) = Slow(_second, SlowJitter(image, n));
            for (int i = 0; i < now.Length; i++)
            {
                if (old[i] == now[i]) agreeing++;
                if (shaken[i] == now[i]) consistent++;
                confidence += sure[i];
            }
        }

        const double pixels = 3 * Width * Height;
        Assert.Equal((3, null), (before.Images, before.Agreement));
        Assert.Equal(agreeing / pixels, after.Agreement!.Value, 1e-3);
        Assert.Equal(consistent / pixels, after.Consistency, 1e-3);
        Assert.Equal(confidence / pixels, after.MeanConfidence, 1e-5);
        Assert.InRange(after.Agreement.Value, 0, 0.99); // these two networks differ, and τ changes what they say: the figures could be wrong
        Assert.InRange(after.Consistency, 0.01, 0.99);
        Assert.Equal(after, _artifacts.Quality(1));
    }

    [Fact]
    public void A_network_agrees_with_itself_wholly()
    {
        QualityMeasuring.Run(Context(_first, Plan), 0);
        Assert.Equal(1, QualityMeasuring.Run(Context(_first, Plan), 1)!.Agreement);
    }

    [Fact]
    public void Without_strengths_the_jitter_changes_nothing()
    {
        TrainingPlan still = Plan with { Jitter = new JitterSettings(false, 0, 0, 0, 0) };
        Assert.Equal(1, QualityMeasuring.Run(Context(_first, still), 0)!.Consistency);
        Assert.InRange(QualityMeasuring.Run(Context(_first, Plan with { Jitter = new JitterSettings(false) }), 0)!.Consistency, 0.01, 0.99); // comparable
    }

    [Fact]
    public void No_images_leave_no_trace()
    {
        Assert.Null(QualityMeasuring.Run(Context(_first, Plan with { Quality = new QualitySettings(0) }), 0));
        Assert.Empty(_store.List("runs/"));
    }

    [Fact]
    public void A_stage_whose_predecessor_left_no_maps_has_no_agreement()
    {
        StageQuality quality = QualityMeasuring.Run(Context(_first, Plan), 1)!;
        Assert.Null(quality.Agreement);
        Assert.InRange(quality.MeanConfidence, 1.0 / SceneFolder.Space.Count, 1);
    }

    private static DeepLabV3Plus Opinionated(long seed)
    {
        DeepLabV3Plus network = NetworkFactory.Create(CheckpointArchitecture.Of(Plan.Network), SceneFolder.Space.Count, seed, CPU);
        using DisposeScope scope = NewDisposeScope();
        using var noGrad = no_grad();
        random.manual_seed(seed);
        nn.init.normal_(network.classifier.weight!, 0, 2);
        network.train(); // as a stage leaves it
        return network;
    }

    // R, G, B planes in 0..1
    private static float[] Floats(RgbImage image)
    {
        var planes = new float[image.Pixels.Length];
        for (int i = 0; i < planes.Length; i++) planes[(i % 3 * (planes.Length / 3)) + (i / 3)] = image.Pixels[i] / 255f;
        return planes;
    }

    private static float[] SlowJitter(RgbImage image, int index)
    {
        float[] planes = Floats(image);
        ulong bits = RandomSource.Bits(Plan.Seed, 0, index, int.MaxValue - 1, DrawPurpose.Jitter);
        ColorJitter.Apply(planes, Plan.Jitter, new DrawSequence(bits));
        return Array.ConvertAll(planes, v => (float)Math.Round(v * 255.0) / 255);
    }

    private static (byte[] Labels, float[] Confidences) Slow(DeepLabV3Plus network, float[] planes)
    {
        using DisposeScope scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.eval();
        Tensor mean = tensor([0.485f, 0.456f, 0.406f]).reshape(1, 3, 1, 1), std = tensor([0.229f, 0.224f, 0.225f]).reshape(1, 3, 1, 1);
        (Tensor logits, _) = network.call((from_array(planes).reshape(1, 3, Height, Width) - mean) / std);
        Tensor whole = nn.functional.interpolate(logits, size: [Height, Width], mode: InterpolationMode.Bilinear, align_corners: true);
        float[] z = whole.contiguous().data<float>().ToArray();
        int classes = SceneFolder.Space.Count, pixels = Height * Width;
        var labels = new byte[pixels];
        var confidences = new float[pixels];
        for (int i = 0; i < pixels; i++)
        {
            int best = Enumerable.Range(0, classes).MaxBy(c => z[(c * pixels) + i]);
            labels[i] = (byte)best;
            confidences[i] = (float)(1 / Enumerable.Range(0, classes).Sum(c => Math.Exp(z[(c * pixels) + i] - z[(best * pixels) + i])));
        }

        return (labels, confidences);
    }

    private StageContext Context(DeepLabV3Plus network, TrainingPlan plan)
    {
        int classes = SceneFolder.Space.Count;
        return new StageContext(
            _job with { Plan = plan },
            network,
            CPU,
            new SampleStore([], null, classes, _codec),
            new SampleStore(_job.Target, null, classes, _codec),
            new SampleStore([], null, classes, _codec),
            _artifacts,
            new RecordingJournal(),
            new RunClock(),
            CancellationToken.None);
    }
}
