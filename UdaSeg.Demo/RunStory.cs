using System.Net.ServerSentEvents;
using System.Text.Json;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;

namespace UdaSeg.Demo;

/// <summary>Where a run stands, as told by its events so far.</summary>
/// <param name="Name">What the run is called in the progress line.</param>
/// <param name="Stages">K: 0 trains T0 only.</param>
internal sealed record RunStory(string Name, int Stages)
{
    public RunStatus Status { get; init; } = RunStatus.Queued;

    /// <summary>Null until the first progress event.</summary>
    public RunProgress? Progress { get; init; }

    /// <summary>One a stage, in order; a repeated stage (after a restart, or within a stage) replaces what it said before.</summary>
    public IReadOnlyList<StageEvaluation> Evaluations { get; init; } = [];

    /// <summary>The last thing the trainer said: when it dies, why.</summary>
    public string? LastLog { get; init; }

    public string? LastEventId { get; init; }

    /// <summary>Kinds that the demo has no use for change nothing but <see cref="LastEventId"/>.</summary>
    public RunStory Apply(SseItem<string> item)
    {
        RunStory next = item.EventType switch
        {
            "status" => this with { Status = Read<StatusEvent>(item).Status },
            "progress" => this with { Progress = Read<RunProgress>(item) },
            "evaluation" => WithEvaluation(Read<StageEvaluation>(item)),
            "log" => this with { LastLog = Read<LogEvent>(item).Message },
            _ => this,
        };
        return item.EventId is { Length: > 0 } id ? next with { LastEventId = id } : next;
    }

    private RunStory WithEvaluation(StageEvaluation evaluation) => this with
    {
        Evaluations = [.. Evaluations.Where(e => e.Stage != evaluation.Stage).Append(evaluation).OrderBy(e => e.Stage)],
    };

    private static T Read<T>(SseItem<string> item) => JsonSerializer.Deserialize<T>(item.Data, UdaSegClient.Json)
        ?? throw new DemoFailure($"The service sent an empty '{item.EventType}' event.");

    private sealed record StatusEvent(RunStatus Status);

    private sealed record LogEvent(string? Message);
}
