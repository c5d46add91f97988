using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>What happened in a run: live, as curves and by attempt.</summary>
internal static class RunHistoryEndpoints
{
    private const int MaxPoints = 5000;

    public static void MapRunHistory(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder run = v1.MapGroup("/training-runs/{id:guid}").WithTags("Training runs");
        run.MapGet("/events", Events).Needs(AccessRole.Viewer).WithName("streamTrainingRunEvents")
            .Produces<string>(200, "text/event-stream").Produces(204).ProducesProblem(400).ProducesProblem(404);
        run.MapGet("/metrics", Metrics).Needs(AccessRole.Viewer).WithName("getTrainingRunMetrics").ProducesProblem(404);
        run.MapGet("/attempts", Attempts).Needs(AccessRole.Viewer).WithName("getTrainingRunAttempts").ProducesProblem(404);
    }

    /// <summary>
    /// Streams a run's events: <c>status, progress, metrics, stage, checkpoint, evaluation, log</c>, each with an id. Ends when the run has ended; a client
    /// that comes back after that is answered 204, which tells a browser to stop.
    /// </summary>
    /// <param name="id">The run.</param>
    /// <param name="lastEventId">The last id that the client has seen; everything after it is replayed.</param>
    /// <param name="stream">Reads the history.</param>
    /// <param name="cancel">Fires when the client leaves.</param>
    internal static async Task<IResult> Events(Guid id, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, RunEventStream stream,
        CancellationToken cancel)
    {
        long since = 0;
        if (!string.IsNullOrEmpty(lastEventId) && !(long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out since) && since >= 0))
        {
            throw new RuleViolationException(RuleKind.Malformed, "invalid-last-event-id", "Last-Event-ID must be an id that this stream sent.");
        }

        return await stream.HasMoreAsync(id, since, cancel) ? TypedResults.ServerSentEvents(stream.ReadAsync(id, since, cancel)) : TypedResults.NoContent();
    }

    /// <summary>Loss terms, learning rate, images per second, kept pseudo-label share and share of waiting over the iterations.</summary>
    /// <param name="id">The run.</param>
    /// <param name="since">A former answer's <c>next</c>; 0 for all.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="events">Their history.</param>
    /// <param name="cancel">Stops the query.</param>
    internal static async Task<Ok<MetricsResponse>> Metrics(Guid id, long? since, RunStore runs, RunEventLog events, CancellationToken cancel)
    {
        await runs.GetAsync(id, cancel);
        IReadOnlyList<RunEvent> found = await events.ReadAsync(id, since ?? 0, MaxPoints, cancel, RunEventKinds.Metrics);
        MetricsPoint[] points = [.. found.Select(e => (e, e.As<MetricsEntry>())).Select(p => Point(p.e, p.Item2))];
        return TypedResults.Ok(new MetricsResponse(points, points.Length > 0 ? points[^1].Sequence : since ?? 0));
    }

    /// <summary>Each start of the run, and how it ended.</summary>
    internal static async Task<Ok<IReadOnlyList<RunAttempt>>> Attempts(Guid id, RunStore runs, RunEventLog events, CancellationToken cancel)
    {
        await runs.GetAsync(id, cancel);
        IReadOnlyList<RunEvent> found = await events.ReadAsync(id, 0, int.MaxValue, cancel, RunEventKinds.Status);
        return TypedResults.Ok(RunHistory.Attempts(found.Select(e => (e.As<StatusEntry>(), e.At))));
    }

    private static MetricsPoint Point(RunEvent e, MetricsEntry m) =>
        new(e.Sequence, e.At, m.Stage, m.Iteration, m.LearningRate, m.Losses, m.ImagesPerSecond, m.KeptShare, m.WaitShare);
}
