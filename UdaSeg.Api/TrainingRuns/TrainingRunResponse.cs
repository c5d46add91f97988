using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>A training run as it stands.</summary>
public sealed record TrainingRunResponse
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>0 coarse, 1..K adaptation; null before the first start.</summary>
    public required int? Stage { get; init; }

    /// <summary>K: adaptation stages after the coarse one.</summary>
    public required int Stages { get; init; }

    /// <summary>Done over all stages.</summary>
    public required long Iteration { get; init; }

    /// <summary>Of all stages together.</summary>
    public required long TotalIterations { get; init; }

    /// <summary>Null while it cannot be told.</summary>
    public required double? EtaSeconds { get; init; }

    /// <summary>0 before the first start; grows whenever the run starts anew.</summary>
    public required int Attempt { get; init; }

    public required IReadOnlyList<Guid> Source { get; init; }

    public required Guid Target { get; init; }

    public required Guid? Evaluation { get; init; }

    public required string LabelSpace { get; init; }

    /// <summary>The whole plan: the preset with the options applied. Can be sent as another run's <c>options</c>.</summary>
    public required TrainingPlan Options { get; init; }

    /// <summary>What a reader of the run's figures should know, such as images that are both trained on and measured on.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    public RunFailure? Failure { get; init; }

    /// <summary>The run that this one branched from, and the first stage that it trains itself.</summary>
    public RunParent? Parent { get; init; }

    /// <summary>The study that submitted the run, or null.</summary>
    public Guid? Study { get; init; }

    /// <summary>The last request to cancel; null once the run was resumed.</summary>
    public RunCancellation? Cancellation { get; init; }

    /// <summary>What survives whatever happens: where the next attempt goes on. Null before the first checkpoint.</summary>
    public RunPoint? Saved { get; init; }

    /// <summary>In order; the last one is the result.</summary>
    public required IReadOnlyList<RunCheckpoint> Checkpoints { get; init; }

    /// <summary>Addresses of what belongs to the run.</summary>
    public required IReadOnlyDictionary<string, string> Links { get; init; }

    internal static TrainingRunResponse Of(TrainingRun run, IEnumerable<RunCheckpoint> checkpoints) => new()
    {
        Id = run.Id,
        Name = run.Name,
        Status = run.Status,
        Stage = run.Attempt == 0 ? null : run.Stage,
        Stages = run.Plan.Stages,
        Iteration = run.Iteration,
        TotalIterations = run.Plan.TotalIterations,
        EtaSeconds = run.EtaSeconds,
        Attempt = run.Attempt,
        Source = run.Source,
        Target = run.Target,
        Evaluation = run.Evaluation,
        LabelSpace = run.LabelSpace,
        Options = run.Plan,
        Warnings = run.Warnings,
        CreatedAt = run.CreatedAt,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        Failure = run.Failure,
        Parent = run.Parent,
        Study = run.Study,
        Cancellation = run.Cancellation,
        Saved = run.Saved,
        Checkpoints = [.. checkpoints],
        Links = LinksOf(run.Id),
    };

    private static Dictionary<string, string> LinksOf(Guid id)
    {
        string self = TrainingRunEndpoints.Path + "/" + id;
        return new Dictionary<string, string>
        {
            ["self"] = self,
            ["events"] = self + "/events",
            ["metrics"] = self + "/metrics",
            ["attempts"] = self + "/attempts",
            ["stages"] = self + "/stages",
            ["cancel"] = self + "/cancel",
            ["resume"] = self + "/resume",
        };
    }
}
