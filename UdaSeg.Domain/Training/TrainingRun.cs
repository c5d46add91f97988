using UdaSeg.Domain.Errors;

namespace UdaSeg.Domain.Training;

/// <summary>A submitted run: its whole plan, where it stands, and how it ended. Changes only through the methods below.</summary>
public sealed record TrainingRun
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>One or more source data sets, trained on together.</summary>
    public required IReadOnlyList<Guid> Source { get; init; }

    public required Guid Target { get; init; }

    public Guid? Evaluation { get; init; }

    public required string LabelSpace { get; init; }

    public required TrainingPlan Plan { get; init; }

    /// <summary>What a reader of the run's figures should know, as seen at submission.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public RunStatus Status { get; init; } = RunStatus.Queued;

    /// <summary>0 coarse, 1..K adaptation.</summary>
    public int Stage { get; init; }

    /// <summary>Iterations done over all stages.</summary>
    public long Iteration { get; init; }

    public double? EtaSeconds { get; init; }

    /// <summary>Grows each time the run starts; 0 while it never did.</summary>
    public int Attempt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public RunFailure? Failure { get; init; }

    /// <summary>The run that this one branched from.</summary>
    public RunParent? Parent { get; init; }

    /// <summary>The study that submitted it.</summary>
    public Guid? Study { get; init; }

    /// <summary>The last request to stop; null once the run was resumed.</summary>
    public RunCancellation? Cancellation { get; init; }

    /// <summary>The furthest point that survives whatever happens: where the next attempt goes on. Null before the first checkpoint.</summary>
    public RunPoint? Saved { get; init; }

    /// <summary>A new attempt, which goes on from what was saved and not from where the last one got to.</summary>
    public TrainingRun Start(DateTimeOffset now) => Become(RunStatus.Running) with
    {
        Attempt = Attempt + 1,
        Stage = Saved?.Stage ?? 0,
        Iteration = Saved?.Iteration ?? 0,
        StartedAt = StartedAt ?? now,
        EndedAt = null,
        Failure = null,
    };

    public TrainingRun Succeed(DateTimeOffset now) => Become(RunStatus.Succeeded) with { EndedAt = now, EtaSeconds = 0 };

    public TrainingRun Fail(DateTimeOffset now, string code, string message) =>
        Become(RunStatus.Failed) with { EndedAt = now, EtaSeconds = null, Failure = new RunFailure(code, message) };

    /// <summary>
    /// A queued run is cancelled at once; a running one is asked to stop, and writes a checkpoint first unless it is to stop <see cref="CancelMode.Now"/>.
    /// Asking again is no conflict, and may turn a patient request into an impatient one.
    /// </summary>
    public TrainingRun Cancel(DateTimeOffset now, CancelMode mode = CancelMode.Checkpoint) => Status switch
    {
        RunStatus.Cancelling when mode == CancelMode.Now && Cancellation?.Mode != CancelMode.Now =>
            this with { Cancellation = new RunCancellation(mode, Cancellation?.RequestedAt ?? now) },
        RunStatus.Cancelling => this,
        RunStatus.Running => Become(RunStatus.Cancelling) with { Cancellation = new RunCancellation(mode, now) },
        _ => Become(RunStatus.Cancelled) with { EndedAt = now, EtaSeconds = null, Cancellation = new RunCancellation(mode, now) },
    };

    public TrainingRun Cancelled(DateTimeOffset now) => Become(RunStatus.Cancelled) with { EndedAt = now, EtaSeconds = null };

    public TrainingRun Interrupt() => Become(RunStatus.Interrupted) with { EtaSeconds = null };

    public TrainingRun Requeue() => Become(RunStatus.Queued) with { EndedAt = null, Failure = null, Cancellation = null };

    /// <summary>A checkpoint was published. Points only grow: a late report changes nothing.</summary>
    public TrainingRun Save(RunPoint point) => Saved is { } saved && saved.Iteration > point.Iteration ? this : this with { Saved = point };

    private TrainingRun Become(RunStatus next) => Status.CanBecome(next)
        ? this with { Status = next }
        : throw new RuleViolationException(RuleKind.Conflict, "run-state-conflict", $"A run that is {Status.ToString().ToLowerInvariant()} cannot become {next.ToString().ToLowerInvariant()}.");
}

/// <param name="Run">Whose stages it took over.</param>
/// <param name="FromStage">The first stage that it trained itself; those before are the parent's.</param>
public sealed record RunParent(Guid Run, int FromStage);

/// <param name="Mode">How hasty.</param>
/// <param name="RequestedAt">By the first request.</param>
public sealed record RunCancellation(CancelMode Mode, DateTimeOffset RequestedAt);

/// <param name="Stage">0..K.</param>
/// <param name="Iteration">Done over all stages.</param>
public sealed record RunPoint(int Stage, long Iteration);

/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Message">What a user can act on.</param>
public sealed record RunFailure(string Code, string Message);
