using Microsoft.AspNetCore.Http.HttpResults;
using UdaSeg.Api.Checkpoints;
using UdaSeg.Api.Datasets;
using UdaSeg.Api.Idempotency;
using UdaSeg.Api.Security;
using UdaSeg.Api.TrainingRuns;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Evaluations;

/// <summary>Measuring checkpoints against labels.</summary>
internal static class EvaluationEndpoints
{
    private const string Path = "/api/v1/evaluations";
    private const int MaxScales = 8;

    public static void MapEvaluations(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder evaluations = v1.MapGroup("/evaluations").WithTags("Evaluations");
        evaluations.MapPost("/", Create)
            .Needs(AccessRole.Trainer).WithName("createEvaluation").TakesIdempotencyKey().ProducesProblem(400).ProducesProblem(409).ProducesProblem(422);
        evaluations.MapGet("/", List).Needs(AccessRole.Viewer).WithName("listEvaluations").ProducesProblem(400);
        evaluations.MapGet("/{id:guid}", Get).Needs(AccessRole.Viewer).WithName("getEvaluation").ProducesProblem(404);
    }

    /// <summary>Queues an evaluation. It runs in a process of its own.</summary>
    internal static async Task<Accepted<EvaluationResponse>> Create(
        EvaluationRequest request, AliasStore aliases, DatasetStore datasets, LabelSpaceStore spaces, EvaluationStore evaluations, IJobQueue queue,
        TimeProvider clock, CancellationToken cancel)
    {
        SlidingWindow? window = request.SlidingWindow is { } w ? new SlidingWindow(w.Width, w.Height, w.Stride) : null;
        CheckViews(request.Scales, window);
        Checkpoint checkpoint = await aliases.ResolveAsync(request.Checkpoint, cancel) ?? throw CheckpointAliasEndpoints.UnknownCheckpoint(request.Checkpoint);
        Dataset dataset = await datasets.RequireAsync("dataset", request.Dataset, cancel);
        if (dataset.Labelled == 0)
        {
            throw RunSubmission.Unusable("dataset-unlabelled", "dataset", $"The data set '{dataset.Name}' has no labels to measure with.");
        }

        await CheckSubsetAsync(request.Subset, checkpoint, dataset, spaces, cancel);
        DateTimeOffset now = clock.GetUtcNow();
        var evaluation = new EvaluationRecord
        {
            Id = Guid.CreateVersion7(now),
            Checkpoint = checkpoint.Id,
            Dataset = dataset.Id,
            Options = new EvaluationOptions(request.MissingClasses, request.Scales, request.Flip, window),
            Subset = request.Subset,
            CreatedAt = now,
        };
        await evaluations.AddAsync(evaluation, cancel);
        queue.EnqueueEvaluation(evaluation.Id);
        return TypedResults.Accepted($"{Path}/{evaluation.Id}", EvaluationResponse.Of(evaluation));
    }

    /// <summary>Lists evaluations, newest first: those asked for, and those that runs took on their way.</summary>
    /// <param name="limit">1 to 500, default 50.</param>
    /// <param name="cursor">A former answer's <c>nextCursor</c>.</param>
    internal static async Task<Ok<Page<EvaluationResponse>>> List(int? limit, string? cursor, EvaluationStore evaluations, CancellationToken cancel)
    {
        Page<EvaluationRecord> page = await evaluations.ListAsync(PageRequest.Of(limit, cursor), cancel);
        return TypedResults.Ok(new Page<EvaluationResponse>([.. page.Items.Select(EvaluationResponse.Of)], page.NextCursor));
    }

    /// <summary>An evaluation, with its figures once it has succeeded.</summary>
    internal static async Task<Ok<EvaluationResponse>> Get(Guid id, EvaluationStore evaluations, CancellationToken cancel) =>
        TypedResults.Ok(EvaluationResponse.Of(await evaluations.GetAsync(id, cancel)));

    private static void CheckViews(IReadOnlyList<double>? scales, SlidingWindow? window)
    {
        var faults = new FaultList();
        faults.Require(scales is null or { Count: >= 1 and <= MaxScales }, "scales", $"1 to {MaxScales} factors.");
        faults.Require(scales is null || scales.All(s => s is >= 0.25 and <= 4), "scales", "Factors of 0.25 to 4.");
        window?.Check(faults);
        faults.ThrowIfAny("invalid-evaluation", "The evaluation is not usable.");
    }

    private static async Task CheckSubsetAsync(string? subset, Checkpoint checkpoint, Dataset dataset, LabelSpaceStore spaces, CancellationToken cancel)
    {
        if (subset is null) return;
        LabelSpace? space = await spaces.FindAsync(dataset.LabelSpace, cancel);
        if (space is not null && space.Subsets.ContainsKey(subset)) return;
        LabelSpace model = checkpoint.Manifest.LabelSpace;
        bool shared = model.Subsets.TryGetValue(subset, out IReadOnlyList<int>? members) && space is not null
            && members.Any(m => space.Classes.Any(c => c.Name == model.Classes[m].Name));
        if (!shared) throw RunSubmission.Unusable("unknown-subset", "subset", $"There is no subset '{subset}' of the data set's classes.");
    }
}
