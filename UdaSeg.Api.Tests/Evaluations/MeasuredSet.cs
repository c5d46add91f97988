using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Tests.Evaluations;

/// <summary>A labelled data set on disk and an evaluation of it as an evaluator leaves it, with predictions drawn at random. Names are as nasty as can be.</summary>
internal sealed class MeasuredSet
{
    public const string Nasty = "<script>";
    public const string Wide = "deep/wide";
    public const string Unmeasured = "unmeasured";

    private static readonly (string Name, int Width, int Height)[] s_images = [(Nasty, 24, 16), (Wide, 600, 20), (Unmeasured, 8, 8)];

    private readonly Random _random = new(11);

    private MeasuredSet()
    {
    }

    /// <summary>The model lacks the second class, so that its pixels are left out. One name has what no new name may have: databases keep older ones.</summary>
    public static LabelSpace Space { get; } = new(
        "nasty",
        "nasty <b>",
        [new LabelClass(0, "road & <i>", [10, 20, 30]), new LabelClass(1, "lacking", [200, 0, 0]), new LabelClass(2, "\"sky\"\a", [0, 90, 250])],
        new Dictionary<string, IReadOnlyList<int>> { ["sub<set>"] = [0, 2] });

    public required Dataset Dataset { get; init; }

    public required Checkpoint Checkpoint { get; init; }

    public EvaluationRecord Evaluation { get; private set; } = null!;

    public Dictionary<string, (RgbImage Photo, LabelMap Truth, LabelMap Prediction)> Images { get; } = [];

    public static async Task<MeasuredSet> MakeAsync(ApiFactory api)
    {
        Checkpoint checkpoint = Samples.Checkpoint();
        checkpoint = checkpoint with { Manifest = checkpoint.Manifest with { Name = "model <img src=x>" } };
        var made = new MeasuredSet
        {
            Dataset = Samples.Dataset("set", space: Space.Id, root: api.DatasetRoot) with { Name = "set <svg onload=x>" },
            Checkpoint = checkpoint,
        };
        api.Service<CheckpointStore>().Publish(checkpoint);
        await api.Service<LabelSpaceStore>().AddAsync(Space, default);
        await api.Service<DatasetStore>().AddAsync(made.Dataset, default);
        made.WriteFiles(Path.Combine(api.DatasetRoot, "set"));
        made.Evaluation = made.Measure();
        api.Service<EvaluationStore>().Add(made.Evaluation);
        api.Service<IArtifactStore>().Write(KeptPredictions.KeyOf(made.Evaluation.Id), s => PngArchive.Write(
            s, made.Evaluation.Report!.Worst.Select(w => (w.Sample, PngLabelCodec.WriteIndexed(made.Images[w.Sample].Prediction, Space)))));
        return made;
    }

    private void WriteFiles(string folder)
    {
        var codec = new SkiaImageCodec();
        foreach ((string name, int width, int height) in s_images)
        {
            var photo = new RgbImage(width, height);
            _random.NextBytes(photo.Pixels);
            (LabelMap truth, LabelMap prediction) = (Drawn(width, height, [0, 1, 2, 255]), Drawn(width, height, [0, 2, 255]));
            Images[name] = (photo, truth, prediction);
            foreach ((string part, byte[] file) in new[] { ("images", codec.Encode(photo, ImageFormat.Png)), ("labels", PngLabelCodec.WriteIndexed(truth, Space)) })
            {
                string path = Path.Combine(folder, part, name + ".png");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, file);
            }
        }
    }

    private LabelMap Drawn(int width, int height, byte[] labels)
    {
        var map = new LabelMap(width, height);
        for (int i = 0; i < map.Labels.Length; i++) map.Labels[i] = labels[_random.Next(labels.Length)];
        return map;
    }

    private EvaluationRecord Measure()
    {
        var total = new ConfusionMatrix(Space.Count);
        var scores = new List<(string, double?)>();
        foreach ((string name, (_, LabelMap truth, LabelMap prediction)) in Images.Where(i => i.Key != Unmeasured))
        {
            var one = new ConfusionMatrix(Space.Count);
            one.Add(truth.Labels, prediction.Labels, [true, false, true]);
            total.Merge(one);
            scores.Add((name, one.MeanIou()));
        }

        return new EvaluationRecord
        {
            Id = Guid.CreateVersion7(),
            Checkpoint = Checkpoint.Id,
            Dataset = Dataset.Id,
            Options = new EvaluationOptions(Scales: [0.5, 1], Flip: true),
            Subset = "sub<set>",
            Status = EvaluationStatus.Succeeded,
            Progress = 1,
            Report = EvaluationReport.From(Space, total, scores, 0.75),
            CreatedAt = Samples.Now,
            EndedAt = Samples.Now,
        };
    }
}
