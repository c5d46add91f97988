using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>Makes a new run that begins with the finished stages of another. Their files are shared, not copied.</summary>
internal sealed class RunBranching(RunStore runs, RunLedger ledger, RunOutputTable outputs, RunSubmission submission, IJobQueue queue, TimeProvider clock)
{
    /// <summary>What makes a stage finished for whoever goes on from it.</summary>
    private static readonly string[] StageNames = ["checkpoint.json", "model.safetensors", "score.json", "quality.json", "quality-maps.zip"];

    /// <exception cref="RuleViolationException">
    /// <c>run-not-found</c> (404); <c>invalid-run</c>, <c>branch-other-method</c>, <c>branch-other-network</c> and whatever is wrong with the options (422); <c>unknown-stage</c> (422);
    /// <c>stage-not-finished</c> (409): the stages before must be there.
    /// </exception>
    public async Task<TrainingRun> BranchAsync(Guid parentId, ResumeRequest request, CancellationToken cancel)
    {
        TrainingRun parent = await runs.GetAsync(parentId, cancel);
        int finished = Enumerable.Range(0, parent.Plan.Stages + 1).TakeWhile(stage => IsFinished(parentId, stage)).Count();
        int from = request.FromStage ?? Math.Min(finished, parent.Plan.Stages);
        TrainingPlan plan = TrainingPlanReader.Apply(parent.Plan, request.Options);
        Check(request, plan, parent, from, finished);
        DateTimeOffset now = clock.GetUtcNow();
        RunPoint? begun = from == 0 ? null : new RunPoint(from - 1, plan.IterationsBefore(from));
        var branch = new TrainingRun
        {
            Id = Guid.CreateVersion7(now),
            Name = request.Name?.Trim() ?? Shortened($"{parent.Name} · from stage {from}"),
            Source = parent.Source,
            Target = parent.Target,
            Evaluation = parent.Evaluation,
            LabelSpace = parent.LabelSpace,
            Plan = plan,
            Warnings = parent.Warnings,
            Parent = new RunParent(parentId, from),
            Saved = begun,
            Iteration = begun?.Iteration ?? 0,
            CreatedAt = now,
        };
        await submission.CheckAsync(branch, cancel);
        ledger.Submit(branch, [.. Enumerable.Range(0, from).SelectMany(stage => OutputsOf(parentId, stage))]);
        queue.EnqueueRun(branch.Id);
        return branch;
    }

    private static void Check(ResumeRequest request, TrainingPlan plan, TrainingRun parent, int from, int finished)
    {
        if (request.Name is { } name && !NameRule.Fits(name, RunSubmission.MaxName))
        {
            throw RunSubmission.Unusable("invalid-run", "name", $"A name of 1 to {RunSubmission.MaxName} printable characters.");
        }

        if (plan.Method != parent.Plan.Method)
        {
            throw RunSubmission.Unusable("branch-other-method", "options.method", "A branch keeps its run's method, whose stages it goes on from; submit another run for another.");
        }

        if (from < 0 || from > plan.Stages)
        {
            throw RunSubmission.Unusable("unknown-stage", "fromStage", $"A branch can start from stage 0 to {plan.Stages}.");
        }

        if (from > finished)
        {
            throw new RuleViolationException(
                RuleKind.Conflict, "stage-not-finished", $"The run has finished {finished} stages; a branch from stage {from} needs those before it.");
        }

        string[] differences = [.. CheckpointArchitecture.Of(parent.Plan.Network).DifferencesTo(CheckpointArchitecture.Of(plan.Network))];
        if (from == 0 || differences.Length == 0) return;
        throw RunSubmission.Unusable(
            "branch-other-network", "options.network", $"The finished stages hold another network than the options ask for: {string.Join(", ", differences)} differ.");
    }

    private bool IsFinished(Guid run, int stage) => outputs.Find(run, $"stages/{stage}/checkpoint.json") is not null;

    private IEnumerable<RunOutput> OutputsOf(Guid run, int stage) => StageNames
        .Select(name => $"stages/{stage}/{name}")
        .Select(name => (name, outputs.Find(run, name)))
        .Where(found => found.Item2 is not null)
        .Select(found => new RunOutput(found.name, found.Item2!));

    private static string Shortened(string name) => name.Length <= 200 ? name : name[^200..];
}
