using System.Text.Json.Serialization;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;

namespace UdaSeg.Domain.Evaluation;

[JsonConverter(typeof(JsonStringEnumConverter<EvaluationStatus>))]
public enum EvaluationStatus
{
    [JsonStringEnumMemberName("queued")] Queued,
    [JsonStringEnumMemberName("running")] Running,
    [JsonStringEnumMemberName("succeeded")] Succeeded,
    [JsonStringEnumMemberName("failed")] Failed,
}

/// <summary>One measurement of a checkpoint on a labelled data set: asked for by a client, or taken by a run on its way.</summary>
public sealed record EvaluationRecord
{
    public required Guid Id { get; init; }

    /// <summary>Null for a model in the midst of a run, which no checkpoint holds.</summary>
    public Guid? Checkpoint { get; init; }

    public required Guid Dataset { get; init; }

    public EvaluationOptions Options { get; init; } = new();

    /// <summary>The named subset of the label space that the headline figure is taken over; it is among the report's subsets.</summary>
    public string? Subset { get; init; }

    public EvaluationStatus Status { get; init; } = EvaluationStatus.Queued;

    /// <summary>0..1.</summary>
    public double Progress { get; init; }

    public EvaluationReport? Report { get; init; }

    public RunFailure? Failure { get; init; }

    /// <summary>Of the run that took it, if any.</summary>
    public Guid? Run { get; init; }

    public int? Stage { get; init; }

    public long? Iteration { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool IsTerminal => Status is EvaluationStatus.Succeeded or EvaluationStatus.Failed;

    public EvaluationRecord Start(DateTimeOffset now) => Open() with { Status = EvaluationStatus.Running, StartedAt = now, Progress = 0 };

    public EvaluationRecord Succeed(DateTimeOffset now, EvaluationReport report) =>
        Open() with { Status = EvaluationStatus.Succeeded, EndedAt = now, Progress = 1, Report = report };

    public EvaluationRecord Fail(DateTimeOffset now, string code, string message) =>
        Open() with { Status = EvaluationStatus.Failed, EndedAt = now, Failure = new RunFailure(code, message) };

    private EvaluationRecord Open() => IsTerminal
        ? throw new RuleViolationException(RuleKind.Conflict, "evaluation-state-conflict", "The evaluation has ended.")
        : this;
}
