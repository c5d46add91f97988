using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Domain.Training;

/// <summary>Named starting points of a plan.</summary>
public static class TrainingPresets
{
    public const string Default = "paper";

    /// <summary>Section 4.1 of the paper: DeepLab V3+ with ResNet-101, 7 × 20,000 iterations, crops of 896×512 from a nominal width of 2200.</summary>
    public static TrainingPlan Paper { get; } = new() { Scale = new ScaleSettings(2200) };

    /// <summary>For real data on a processor: MobileNetV2, crops of 256×192 from widths around 480, some hours at most.</summary>
    public static TrainingPlan Small { get; } = new()
    {
        Stages = 2,
        CoarseIterations = 2000,
        StageIterations = 1000,
        Scale = new ScaleSettings(480, 0.6, 1.4),
        Crop = new PixelSize(256, 192),
        Network = new NetworkSettings(Backbone.MobileNetV2, AsppChannels: 128, DecoderChannels: 128),
        Optimizer = new OptimizerSettings(CoarseLearningRate: 3e-2, StageLearningRate: 1.5e-2),
        Translation = new TranslationSettings(Iterations: 400, Width: 16, Blocks: 4),
        CheckpointEvery = 200,
    };

    /// <summary>For demos and tests: minutes from random initialisation on small rendered scenes.</summary>
    public static TrainingPlan Tiny { get; } = new()
    {
        Stages = 2,
        CoarseIterations = 300,
        StageIterations = 150,
        Scale = new ScaleSettings(null, 0.75, 1.25),
        Crop = new PixelSize(128, 80),
        Network = new NetworkSettings(Backbone.ResNet18, AsppChannels: 32, DecoderChannels: 32),
        Optimizer = new OptimizerSettings(CoarseLearningRate: 5e-2, StageLearningRate: 2.5e-2),
        Translation = new TranslationSettings(Iterations: 60, LearningRate: 2e-3, Width: 8, Blocks: 2, CycleWeight: 1),
        CheckpointEvery = 100,
    };

    public static IReadOnlyDictionary<string, TrainingPlan> All { get; } = new Dictionary<string, TrainingPlan>(StringComparer.Ordinal)
    {
        ["paper"] = Paper,
        ["small"] = Small,
        ["tiny"] = Tiny,
    };

    /// <summary>The paper's "source only": the photographs as they are, without GPA, τ and adaptation.</summary>
    public static TrainingPlan SourceOnly(this TrainingPlan plan) => plan with
    {
        Stages = 0,
        Alignment = plan.Alignment with { Scheme = AlignmentScheme.None },
        Jitter = plan.Jitter with { Enabled = false },
    };
}
