using System.Text.Json.Nodes;

namespace UdaSeg.Demo;

/// <summary>Every number that decides how long the demo takes and how well it ends.</summary>
internal sealed record DemoPlan
{
    /// <summary>Of the rendered images, in pixels.</summary>
    public int Width { get; init; } = 192;

    public int Height { get; init; } = 112;

    /// <summary>Labelled images of the source.</summary>
    public int GameImages { get; init; } = 120;

    /// <summary>Unlabelled images of the target.</summary>
    public int CameraImages { get; init; } = 120;

    /// <summary>Labelled images of the target that nothing trains on.</summary>
    public int CameraValImages { get; init; } = 40;

    /// <summary>Random initialisation, a small network: see the training presets.</summary>
    public string Preset { get; init; } = "tiny";

    /// <summary>K.</summary>
    public int Stages { get; init; } = 2;

    /// <summary>Iterations of stage 0. Both runs have the same, so that neither has seen more of the source when they are compared.</summary>
    public int CoarseIterations { get; init; } = 600;

    /// <summary>U.</summary>
    public int StageIterations { get; init; } = 200;

    /// <summary>Of the streets and of every draw of both runs.</summary>
    public int Seed { get; init; } = 1;

    public static DemoPlan Full { get; } = new();

    /// <summary>Enough to walk through every step, far too little to learn streets.</summary>
    public static DemoPlan Smoke { get; } = new()
    {
        GameImages = 16,
        CameraImages = 16,
        CameraValImages = 6,
        Stages = 1,
        CoarseIterations = 30,
        StageIterations = 10,
    };

    public static DemoPlan For(DemoOptions options) => (options.Fast ? Smoke : Full) with { Seed = options.Seed };

    /// <summary>The paper's "source only": game images as they are, no alignment, no τ, no adaptation.</summary>
    public JsonObject SourceOnlyOptions() => new()
    {
        ["seed"] = Seed,
        ["stages"] = 0,
        ["coarseIterations"] = CoarseIterations,
        ["alignment"] = new JsonObject { ["scheme"] = "none" },
        ["jitter"] = new JsonObject { ["enabled"] = false },
    };

    /// <summary>The whole method: alignment and τ in stage 0, then <see cref="Stages"/> stages of adaptation.</summary>
    public JsonObject CoarseToFineOptions() => new()
    {
        ["seed"] = Seed,
        ["stages"] = Stages,
        ["coarseIterations"] = CoarseIterations,
        ["stageIterations"] = StageIterations,
    };
}
