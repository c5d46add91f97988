using UdaSeg.Api.Datasets;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>Refuses what could not be trained before it waits in a queue, and queues the rest.</summary>
internal sealed class RunSubmission(
    DatasetStore datasets, LabelSpaceStore spaces, RunStore runs, RunLedger ledger, PretrainedWeights pretrained, IJobQueue queue, EvaluationLeak leak,
    UdaSegSettings settings, TimeProvider clock)
{
    internal const int MaxName = 200;

    private const int MaxSources = 16;

    /// <summary>A place is free when a run begins. That may take hours, and nobody is served by waiting for so long without looking.</summary>
    private static readonly TimeSpan QueueRetry = TimeSpan.FromMinutes(1);

    /// <exception cref="RuleViolationException">
    /// <c>invalid-run</c>, <c>unknown-dataset</c>, <c>source-unlabelled</c>, <c>evaluation-unlabelled</c>, <c>label-space-mismatch</c>,
    /// <c>unknown-label-space</c>, <c>oracle-without-evaluation</c>, <c>evaluation-leak</c>, <c>unknown-pretrained</c>, <c>pretrained-mismatch</c> and the
    /// plan's own (422); <c>dataset-not-ready</c> and <c>dataset-invalid</c> (409); <c>queue-full</c> (503).
    /// </exception>
    public async Task<TrainingRun> SubmitAsync(TrainingRunRequest request, CancellationToken cancel)
    {
        CheckShape(request);
        TrainingPlan plan = TrainingPlanReader.Read(request.Preset, request.Options);
        RunData data = await CheckDataAsync(request, cancel);
        await CheckPlanAsync(plan, request, data, cancel);
        await CheckQueueAsync(1, cancel);
        TrainingRun run = Make(request, plan, data);
        ledger.Submit(run);
        queue.EnqueueRun(run.Id);
        return run;
    }

    /// <summary>Whether the data sets that a request names fit together. Whatever its options are, the answer is the same.</summary>
    /// <exception cref="RuleViolationException">As <see cref="SubmitAsync"/>.</exception>
    public async Task<RunData> CheckDataAsync(TrainingRunRequest request, CancellationToken cancel)
    {
        CheckShape(request);
        string space = await CheckDatasetsAsync(request, cancel);
        return new RunData(space, await leak.CheckAsync(request, cancel));
    }

    /// <summary>Whether a plan can be trained on data sets that fit together.</summary>
    /// <exception cref="RuleViolationException">As <see cref="SubmitAsync"/>.</exception>
    public async Task CheckPlanAsync(TrainingPlan plan, TrainingRunRequest request, RunData data, CancellationToken cancel)
    {
        if (plan.Selection == ModelSelection.Oracle && request.Evaluation is null)
        {
            throw Unusable("oracle-without-evaluation", "evaluation", "selection 'oracle' chooses by labels: name an evaluation set.");
        }

        await CheckPretrainedAsync(plan, data.LabelSpace, cancel);
    }

    /// <returns>A run that is neither stored nor queued yet.</returns>
    public TrainingRun Make(TrainingRunRequest request, TrainingPlan plan, RunData data)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return new TrainingRun
        {
            Id = Guid.CreateVersion7(now),
            Name = request.Name.Trim(),
            Source = request.Source,
            Target = request.Target,
            Evaluation = request.Evaluation,
            LabelSpace = data.LabelSpace,
            Plan = plan,
            Warnings = data.Warnings,
            CreatedAt = now,
        };
    }

    /// <summary>What may have changed for a run that is made from another: its data sets, the weights it starts from, and the queue.</summary>
    /// <exception cref="RuleViolationException">As <see cref="SubmitAsync"/>.</exception>
    public async Task CheckAsync(TrainingRun run, CancellationToken cancel)
    {
        foreach (Guid source in run.Source) await datasets.RequireAsync("source", source, cancel);
        await datasets.RequireAsync("target", run.Target, cancel);
        if (run.Evaluation is { } evaluation) await datasets.RequireAsync("evaluation", evaluation, cancel);
        if (run.Plan.Selection == ModelSelection.Oracle && run.Evaluation is null)
        {
            throw Unusable("oracle-without-evaluation", "options.selection", "selection 'oracle' chooses by labels: the run has no evaluation set.");
        }

        await CheckPretrainedAsync(run.Plan, run.LabelSpace, cancel);
        await CheckQueueAsync(1, cancel);
    }

    /// <param name="more">Runs that are to be queued together.</param>
    /// <param name="cancel">Stops the query.</param>
    /// <exception cref="RuleViolationException"><c>queue-full</c> (503).</exception>
    public async Task CheckQueueAsync(int more, CancellationToken cancel)
    {
        if (await runs.CountQueuedAsync(cancel) + more <= settings.Limits.MaxQueuedRuns) return;
        throw new RuleViolationException(RuleKind.Busy, "queue-full", "Too many runs are waiting.") { RetryAfter = QueueRetry };
    }

    private static void CheckShape(TrainingRunRequest request)
    {
        var faults = new FaultList();
        faults.Require(NameRule.Fits(request.Name, MaxName), "name", $"A name of 1 to {MaxName} printable characters is needed.");
        faults.Require(request.Source.Count is >= 1 and <= MaxSources, "source", $"1 to {MaxSources} data sets.");
        faults.Require(request.Source.Distinct().Count() == request.Source.Count, "source", "Each data set once.");
        faults.ThrowIfAny("invalid-run", "The run is not usable.");
    }

    /// <returns>The label space that the run trains in.</returns>
    private async Task<string> CheckDatasetsAsync(TrainingRunRequest request, CancellationToken cancel)
    {
        var labelled = new List<(string Field, Dataset Dataset)>();
        foreach (Guid id in request.Source)
        {
            Dataset source = await datasets.RequireAsync("source", id, cancel);
            if (source.Labelled == 0) throw Unusable("source-unlabelled", "source", $"The data set '{source.Name}' has no labels to learn from.");
            labelled.Add(("source", source));
        }

        await datasets.RequireAsync("target", request.Target, cancel);
        if (request.Evaluation is { } evaluationId)
        {
            Dataset evaluation = await datasets.RequireAsync("evaluation", evaluationId, cancel);
            if (evaluation.Labelled == 0) throw Unusable("evaluation-unlabelled", "evaluation", $"The data set '{evaluation.Name}' has no labels.");
            labelled.Add(("evaluation", evaluation));
        }

        string space = request.LabelSpace ?? labelled[0].Dataset.LabelSpace;
        if (await spaces.FindAsync(space, cancel) is null) throw Unusable("unknown-label-space", "labelSpace", $"There is no label space '{space}'.");
        foreach ((string field, Dataset dataset) in labelled.Where(l => l.Dataset.LabelSpace != space))
        {
            throw Unusable("label-space-mismatch", field, $"The data set '{dataset.Name}' is labelled in '{dataset.LabelSpace}', the run trains in '{space}'.");
        }

        return space;
    }

    /// <summary>A checkpoint is taken whole, so it must be the plan's network; files are looked into when the run starts.</summary>
    private async Task CheckPretrainedAsync(TrainingPlan plan, string space, CancellationToken cancel)
    {
        if (plan.Network.Pretrained is not { } weights) return;
        if (!pretrained.Exists(weights)) throw PretrainedWeights.Unknown(weights);
        if (pretrained.FindCheckpoint(weights) is not { } checkpoint) return;
        List<string> differences = [.. checkpoint.Manifest.Architecture.DifferencesTo(CheckpointArchitecture.Of(plan.Network))];
        int classes = (await spaces.FindAsync(space, cancel))?.Count ?? 0, known = checkpoint.Manifest.LabelSpace.Count;
        if (known != classes) differences.Add($"number of classes ({known}, the run has {classes})");
        if (differences.Count == 0) return;
        throw Unusable(
            "pretrained-mismatch", "options.network.pretrained", $"The checkpoint is of another network than the plan's: {string.Join(", ", differences)} differ.");
    }

    internal static RuleViolationException Unusable(string code, string field, string message) =>
        new(RuleKind.Unusable, code, message, new Dictionary<string, string[]> { [field] = [message] });
}

/// <param name="LabelSpace">That the run trains in.</param>
/// <param name="Warnings">What a reader of its figures should know of the data.</param>
internal sealed record RunData(string LabelSpace, IReadOnlyList<string> Warnings);
