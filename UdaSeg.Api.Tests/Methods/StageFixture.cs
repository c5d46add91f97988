using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>
/// What the stages of a method find: rendered streets, an artifact store, and a small network with opinions. It is in evaluation mode, so that images do not touch one
/// another and a slow test may look at them one by one.
/// </summary>
internal sealed class StageFixture : IDisposable
{
    public const int Count = 2, Width = 64, Height = 48, Pixels = Width * Height, CoarseWidth = Width / 4, CoarsePixels = Pixels / 16, Dimensions = 8, Images = 4;

    public static readonly int Classes = SceneFolder.Space.Count;

    private readonly TempFolder _folder = new();
    private readonly TrainingJob _job;

    public StageFixture()
    {
        Artifacts = new RunArtifacts(new FileArtifactStore(_folder.Sub("artifacts")), Guid.Empty);
        _job = new TrainingJob(
            Guid.Empty,
            "stages",
            Plan,
            SceneFolder.Space,
            SceneFolder.Write(_folder.Sub("game"), SceneDomain.Game, Images, 98, 66, labels: true), // sides that strides do not divide
            SceneFolder.Write(_folder.Sub("camera"), SceneDomain.Camera, Images, 96, 64, labels: false),
            []);
        Network.eval();
    }

    public static TrainingPlan Plan { get; } = TrainingPresets.Tiny with { BatchSize = Count, Crop = new PixelSize(Width, Height), Network = TinyNetwork.Settings };

    public DeepLabV3Plus Network { get; } = TinyNetwork.Create(1);

    public RunArtifacts Artifacts { get; }

    public RecordingJournal Journal { get; } = new();

    public void Dispose()
    {
        Network.Dispose();
        _folder.Dispose();
    }

    public StageContext Context(TrainingMethod method, Func<TrainingPlan, TrainingPlan>? change = null)
    {
        TrainingPlan plan = Plan.Shaped(method);
        var codec = new SkiaImageCodec();
        return new StageContext(
            _job with { Plan = change is null ? plan : change(plan) },
            Network,
            CPU,
            new SampleStore(_job.Source, null, Classes, codec),
            new SampleStore(_job.Target, null, Classes, codec),
            new SampleStore([], null, Classes, codec),
            Artifacts,
            Journal,
            new RunClock(),
            CancellationToken.None);
    }

    /// <summary>Stores another network as what a stage has trained.</summary>
    public void Publish(int stage, long seed) => Artifacts.Publish(
        TinyNetwork.Tensors(seed), stage, (_, size) => new Checkpoint(Guid.CreateVersion7(), TinyNetwork.Manifest([]), Artifacts.WeightsKey(stage), size, Samples.Now));

    /// <summary>The network turns into another one.</summary>
    public void Become(long seed) => NetworkWeights.Restore(NetworkState.Of(Network), TinyNetwork.Tensors(seed));

    public void LosePseudoLabels(int stage) =>
        File.Delete(Path.Combine(_folder.Sub("artifacts"), "runs", $"{Guid.Empty}", "stages", $"{stage}", "pseudo-labels.zip"));

    /// <summary>As the trainer makes it.</summary>
    public static Batch BatchOf(StageObjective objective, StageContext context, int stage, int iteration = 0) =>
        new BatchMaker(objective.Plan, stage, objective.SourceOf(context), objective.TargetOf(context), objective.Target).Make(iteration);

    /// <summary>Blocks of colour, other ones for the source, the target and the jittered target, with labels in blocks of another size.</summary>
    public static Batch Blocks(long seed = 7)
    {
        double Unit(int stage, int at, int slot) => RandomSource.Unit(seed, stage, at, slot, DrawPurpose.Jitter);
        float Colour(int i, int slot) => (float)((4 * Unit(0, (i / Pixels * 100) + Block(i % Pixels, 12), slot)) - 2 + (0.5 * Unit(1, i, slot)));
        byte Label(int block, int slot) => Unit(2, block, slot) < 0.2 ? (byte)255 : (byte)(Unit(3, block, slot) * Classes);
        float[] Images(int slot) => [.. Enumerable.Range(0, Count * 3 * Pixels).Select(i => Colour(i, slot))];
        byte[] Labels(int slot) => [.. Enumerable.Range(0, Count * Pixels).Select(i => Label((i / Pixels * 100) + Block(i % Pixels, 8), slot))];
        return new Batch(0, Images(0), Labels(0), new TargetBatch(Images(1), Images(2), Labels(1), 0.8));
    }

    public static Dictionary<string, double> Terms(StageObjective objective, DeepLabV3Plus network, Batch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return objective.Losses(network, batch).Values();
    }

    private static int Block(int pixel, int side) => (pixel / Width / side * 20) + (pixel % Width / side);
}
