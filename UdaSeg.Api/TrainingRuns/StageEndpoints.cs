using Microsoft.AspNetCore.Http.HttpResults;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>A run's stages: what each made of its teacher and ended with, read from the artifact store.</summary>
internal static class StageEndpoints
{
    public static void MapStages(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder stages = v1.MapGroup("/training-runs/{id:guid}/stages").WithTags("Training runs");
        stages.MapGet("/", List).Needs(AccessRole.Viewer).WithName("listTrainingRunStages").ProducesProblem(404);
        stages.MapGet("/{stage:int}", Get).Needs(AccessRole.Viewer).WithName("getTrainingRunStage").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    /// <summary>The stages of a run, 0 (coarse) to K, with how far each has come.</summary>
    /// <param name="id">The run.</param>
    internal static async Task<Ok<StageList>> List(Guid id, RunStore runs, RunEventLog events, CheckpointStore checkpoints, CancellationToken cancel)
    {
        TrainingRun run = await runs.GetAsync(id, cancel);
        ILookup<int, RunCheckpoint> models = (await checkpoints.OfRunsAsync([id], cancel))[id].ToLookup(c => c.Stage);
        IReadOnlyList<RunEvent> reports = await events.ReadAsync(id, 0, int.MaxValue, cancel, RunEventKinds.Stage);
        ILookup<int, StageEntry> entries = reports.Select(e => e.As<StageEntry>()).ToLookup(s => s.Stage);
        return TypedResults.Ok(new StageList([.. Enumerable.Range(0, run.Plan.Stages + 1).Select(Item)]));

        StageItem Item(int stage)
        {
            RunCheckpoint? model = models[stage].LastOrDefault();
            StageEntry? last = entries[stage].LastOrDefault(); // a repeated attempt reports anew
            StageState state = model is not null ? StageState.Finished : last?.KeptShare is not null ? StageState.Prepared : StageState.Pending;
            return new StageItem(stage, state, run.Plan.IterationsOf(stage), last?.KeptShare, last?.Quality, model, $"{TrainingRunEndpoints.Path}/{id}/stages/{stage}");
        }
    }

    /// <summary>
    /// What a stage made of its teacher: thresholds, confidence histograms, kept shares and the distances of the category centres. With <c>percent</c> or
    /// <c>maxThreshold</c> it also tells what these would have kept, from the stored histograms.
    /// </summary>
    /// <param name="id">The run.</param>
    /// <param name="stage">0 coarse, 1..K adaptation.</param>
    /// <param name="bins">Of each histogram: a power of two from 1 to 1024; 64 without it.</param>
    /// <param name="percent">What if p were this? Above 0, at most 100.</param>
    /// <param name="maxThreshold">What if P_h were this? Above 0, at most 1.</param>
    internal static async Task<Ok<StageAnswer>> Get(
        Guid id, int stage, int? bins, double? percent, double? maxThreshold, RunStore runs, LabelSpaceStore spaces, CheckpointStore checkpoints,
        IArtifactStore artifacts, RunOutputTable outputs, CancellationToken cancel)
    {
        TrainingRun run = await runs.GetAsync(id, cancel);
        var query = StageQuery.Read(bins, percent, maxThreshold);
        RequireStage(run, stage);
        RunCheckpoint? model = (await checkpoints.OfRunsAsync([id], cancel))[id].LastOrDefault(c => c.Stage == stage);
        LabelSpace? space = await spaces.FindAsync(run.LabelSpace, cancel);
        var stored = new RunArtifacts(new RunOutputs(outputs, artifacts, id), id);
        var answer = new StageAnswer
        {
            Stage = stage,
            State = model is null ? StageState.Pending : StageState.Finished,
            Classes = [.. space?.Classes.Select(c => c.Name) ?? []],
            Checkpoint = model,
            Quality = stored.Quality(stage),
        };
        if (stage == 0) return TypedResults.Ok(answer);
        StagePreparation preparation = stored.Preparation(stage)
            ?? throw new RuleViolationException(RuleKind.Conflict, "stage-not-prepared", $"Stage {stage} is not prepared yet.");
        return TypedResults.Ok(answer.With(preparation, run.Plan.PseudoLabels, query));
    }

    /// <exception cref="RuleViolationException"><c>unknown-stage</c> (404).</exception>
    internal static void RequireStage(TrainingRun run, int stage)
    {
        if (stage >= 0 && stage <= run.Plan.Stages) return;
        throw new RuleViolationException(RuleKind.NotFound, "unknown-stage", $"The run has the stages 0 to {run.Plan.Stages}, no stage {stage}.");
    }
}
