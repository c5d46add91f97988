using Microsoft.AspNetCore.Http.HttpResults;
using UdaSeg.Api.Idempotency;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>Submitting, listing, cancelling and resuming runs.</summary>
internal static class TrainingRunEndpoints
{
    public const string Path = "/api/v1/training-runs";

    public static void MapTrainingRuns(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder runs = v1.MapGroup("/training-runs").WithTags("Training runs");
        runs.MapPost("/", Create).Needs(AccessRole.Trainer).WithName("createTrainingRun").TakesIdempotencyKey()
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
        runs.MapGet("/", List).Needs(AccessRole.Viewer).WithName("listTrainingRuns").ProducesProblem(400);
        runs.MapGet("/{id:guid}", Get).Needs(AccessRole.Viewer).WithName("getTrainingRun").ProducesProblem(404);
        runs.MapPost("/{id:guid}/cancel", Cancel).Needs(AccessRole.Trainer).WithName("cancelTrainingRun").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        runs.MapPost("/{id:guid}/resume", Resume).Needs(AccessRole.Trainer).WithName("resumeTrainingRun").TakesIdempotencyKey()
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
    }

    /// <summary>Submits a run. It waits for a free device, trains in a process of its own and survives the server's restart.</summary>
    internal static async Task<Accepted<TrainingRunResponse>> Create(TrainingRunRequest request, RunSubmission submission, CancellationToken cancel)
    {
        TrainingRun run = await submission.SubmitAsync(request, cancel);
        return TypedResults.Accepted($"{Path}/{run.Id}", TrainingRunResponse.Of(run, []));
    }

    /// <summary>Lists runs, newest first.</summary>
    /// <param name="limit">1 to 500, default 50.</param>
    /// <param name="cursor">A former answer's <c>nextCursor</c>.</param>
    internal static async Task<Ok<Page<TrainingRunResponse>>> List(int? limit, string? cursor, RunStore runs, CheckpointStore checkpoints,
        CancellationToken cancel)
    {
        Page<TrainingRun> page = await runs.ListAsync(PageRequest.Of(limit, cursor), cancel);
        ILookup<Guid, RunCheckpoint> models = await checkpoints.OfRunsAsync([.. page.Items.Select(r => r.Id)], cancel);
        return TypedResults.Ok(new Page<TrainingRunResponse>([.. page.Items.Select(r => TrainingRunResponse.Of(r, models[r.Id]))], page.NextCursor));
    }

    /// <summary>A run as it stands.</summary>
    internal static async Task<Ok<TrainingRunResponse>> Get(Guid id, RunStore runs, CheckpointStore checkpoints, CancellationToken cancel)
    {
        TrainingRun run = await runs.GetAsync(id, cancel);
        return TypedResults.Ok(await WithCheckpointsAsync(run, checkpoints, cancel));
    }

    /// <summary>
    /// Cancels a run: at once while it waits. A running one becomes <c>cancelling</c>, writes a resumable checkpoint, and is <c>cancelled</c> then; its
    /// <c>saved</c> tells where a resume would go on. With mode <c>now</c> it is killed instead.
    /// </summary>
    internal static async Task<Accepted<TrainingRunResponse>> Cancel(
        Guid id, RunLedger ledger, CheckpointStore checkpoints, TimeProvider clock, CancellationToken cancel, CancelRequest? request = null)
    {
        CancelMode mode = request?.Mode ?? CancelMode.Checkpoint;
        (_, TrainingRun run) = ledger.Write(id, now => now.Cancel(clock.GetUtcNow(), mode), "cancelled by a client");
        return TypedResults.Accepted($"{Path}/{id}", await WithCheckpointsAsync(run, checkpoints, cancel));
    }

    /// <summary>
    /// Takes a cancelled or failed run up again from its last checkpoint, under the same plan. With a body that names a stage or options, a new run branches
    /// off instead: it shares the finished stages before, trains the rest under its own options, and names its parent.
    /// </summary>
    internal static async Task<Accepted<TrainingRunResponse>> Resume(
        Guid id, RunLedger ledger, RunBranching branching, CheckpointStore checkpoints, IJobQueue queue, CancellationToken cancel, ResumeRequest? request = null)
    {
        if (request is { Branches: true })
        {
            TrainingRun branch = await branching.BranchAsync(id, request, cancel);
            return TypedResults.Accepted($"{Path}/{branch.Id}", TrainingRunResponse.Of(branch, []));
        }

        (_, TrainingRun run) = ledger.Write(id, now => now.Requeue(), RunDeaths.Resumed);
        queue.EnqueueRun(id);
        return TypedResults.Accepted($"{Path}/{id}", await WithCheckpointsAsync(run, checkpoints, cancel));
    }

    private static async Task<TrainingRunResponse> WithCheckpointsAsync(TrainingRun run, CheckpointStore checkpoints, CancellationToken cancel) =>
        TrainingRunResponse.Of(run, (await checkpoints.OfRunsAsync([run.Id], cancel))[run.Id]);
}
