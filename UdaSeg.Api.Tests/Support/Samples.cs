using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.Tests.Support;

/// <summary>Plain records to start from.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TrainingRun Run(RunStatus status = RunStatus.Queued, Guid? id = null, Guid? source = null, Guid? target = null) => new()
    {
        Id = id ?? Guid.CreateVersion7(),
        Name = "a run",
        Source = [source ?? Guid.CreateVersion7()],
        Target = target ?? Guid.CreateVersion7(),
        LabelSpace = "synthia16",
        Plan = TrainingPresets.Tiny,
        Status = status,
        CreatedAt = Now,
    };

    public static Dataset Dataset(
        string name = "set", DatasetStatus status = DatasetStatus.Ready, int labelled = 3, string space = "synthia16", string root = "/nowhere") => new()
        {
            Id = Guid.CreateVersion7(),
            Name = name,
            Domain = DatasetDomain.Source,
            Layout = DatasetLayout.Folder,
            Path = name,
            Root = root,
            LabelSpace = space,
            Status = status,
            Samples = 3,
            Labelled = labelled,
            CreatedAt = Now,
        };

    public static Checkpoint Checkpoint(Guid? run = null, int stage = 0, long iteration = 300, string key = "weights", string digest = "00") => new(
        Guid.CreateVersion7(),
        new CheckpointManifest
        {
            Name = "model",
            Architecture = CheckpointArchitecture.Of(TrainingPresets.Tiny.Network),
            LabelSpace = BuiltInLabelSpaces.Synthia16,
            Normalisation = Normalisation.ImageNet,
            Origin = run is { } id ? new CheckpointOrigin(id, stage, iteration) : null,
            Digest = digest,
            CreatedAt = Now,
            Metrics = new Dictionary<string, double> { ["miou"] = 0.5 },
        },
        key,
        4,
        Now);

    public static EvaluationReport Report(double miou = 0.25) =>
        new(miou, new Dictionary<string, double?> { ["13"] = 0.3 }, [new ClassScore(0, "road", 0.5, 0.6, 10)], [[9, 1], [0, 0]], 0.9, ["train"],
            [new ImageScore("a", 0.1)]);
}
