using System.Text.Json;
using UdaSeg.Api.TrainingRuns;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Studies;

/// <summary>Makes a study's runs, each as if it had been submitted alone. Every one is checked before the first is stored, and all are stored at once.</summary>
internal sealed class StudySubmission(RunSubmission submission, RunLedger ledger, IJobQueue queue, UdaSegSettings settings, TimeProvider clock)
{
    /// <exception cref="RuleViolationException">
    /// <c>invalid-study</c>, <c>study-without-evaluation</c>, <c>unknown-template</c>, <c>template-needs-stages</c>, <c>study-too-large</c> (422), and whatever
    /// a training run is refused for, with the fields named by arm.
    /// </exception>
    public async Task<Study> SubmitAsync(StudyRequest request, CancellationToken cancel)
    {
        IReadOnlyList<(string Name, JsonElement? Options)> arms = ArmsOf(request);
        string name = request.Name.Trim();
        StudyRules.Check(name, [.. arms.Select(a => a.Name)], request.Seeds);
        CheckSize(arms.Count * request.Seeds.Count);
        if (request.Base.Evaluation is not { } evaluation)
        {
            throw RunSubmission.Unusable("study-without-evaluation", "base.evaluation", "Arms are compared by their mIoU: name a labelled data set to measure on.");
        }

        IReadOnlyList<TrainingPlan> plans = ArmPlans.Read(request.Base.Preset, request.Base.Options, arms);
        CheckTemplate(TemplateOf(request), plans);
        RunData data = await CheckRunsAsync(request.Base, arms, plans, cancel);
        await submission.CheckQueueAsync(plans.Count * request.Seeds.Count, cancel);

        DateTimeOffset now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        List<(int Arm, TrainingRun Run)> runs = Make(request, id, name, arms, plans, data);
        StudyBaseRequest given = request.Base;
        var study = new Study
        {
            Id = id,
            Name = name,
            Template = request.Template,
            Base = new StudyBase(given.Source, given.Target, evaluation, data.LabelSpace, given.Preset ?? TrainingPresets.Default, given.Options),
            Seeds = request.Seeds,
            Arms = [.. arms.Select((arm, i) => new StudyArm(arm.Name, arm.Options, [.. runs.Where(r => r.Arm == i).Select(r => r.Run.Id)]))],
            Warnings = [.. data.Warnings, .. Chosen(arms, plans)],
            CreatedAt = now,
        };
        ledger.Submit(study, [.. runs.Select(r => r.Run)]);
        foreach ((_, TrainingRun run) in runs) queue.EnqueueRun(run.Id);
        return study;
    }

    private static IReadOnlyList<(string Name, JsonElement? Options)> ArmsOf(StudyRequest request)
    {
        var faults = new FaultList();
        faults.Require(request.Arms is null != request.Template is null, "arms", "Either arms or a template.");
        for (int i = 0; i < request.Arms?.Count; i++) faults.Require(request.Arms[i] is not null, $"arms[{i}]", "An arm, not null.");
        faults.ThrowIfAny("invalid-study", "The study is not usable.");
        if (request.Arms is { } arms) return [.. arms.Select(a => (a.Name.Trim(), a.Options))];
        return [.. TemplateOf(request)!.Arms.Select(a => (a.Name, (JsonElement?)a.Options))];
    }

    private static StudyTemplate? TemplateOf(StudyRequest request)
    {
        if (request.Template is not { } id) return null;
        return StudyTemplates.All.FirstOrDefault(t => t.Id == id) ?? throw RunSubmission.Unusable(
            "unknown-template", "template", $"There is no template '{id}'; there are {string.Join(", ", StudyTemplates.All.Select(t => t.Id))}.");
    }

    private void CheckSize(int count)
    {
        int most = Math.Min(settings.Limits.MaxStudyRuns, settings.Limits.MaxQueuedRuns);
        if (count > most) throw RunSubmission.Unusable("study-too-large", "arms", $"The study has {count} runs; at most {most} are accepted.");
    }

    /// <summary>An arm that says nothing of stages takes the base's: without any it would be the coarse model under the name of the whole method.</summary>
    private static void CheckTemplate(StudyTemplate? template, IReadOnlyList<TrainingPlan> plans)
    {
        TemplateArm? bare = template?.Arms.Where((arm, i) => plans[i].Stages == 0 && !arm.Options.TryGetProperty("stages", out _)).FirstOrDefault();
        if (bare is null) return;
        throw RunSubmission.Unusable(
            "template-needs-stages", "base.options.stages", $"The template's arm '{bare.Name}' takes its adaptation stages from the base, which has none.");
    }

    /// <summary>The data are every run's, the plan an arm's; the seed changes neither's usability.</summary>
    private async Task<RunData> CheckRunsAsync(
        StudyBaseRequest common, IReadOnlyList<(string Name, JsonElement? Options)> arms, IReadOnlyList<TrainingPlan> plans, CancellationToken cancel)
    {
        TrainingRunRequest request = RunOf(common, "study");
        RunData data;
        try
        {
            data = await submission.CheckDataAsync(request, cancel);
        }
        catch (RuleViolationException refusal)
        {
            Dictionary<string, string[]> fields = refusal.Fields.ToDictionary(f => $"base.{f.Key}", f => f.Value);
            throw new RuleViolationException(refusal.Kind, refusal.Code, refusal.Message, fields, refusal);
        }

        for (int i = 0; i < plans.Count; i++)
        {
            try
            {
                await submission.CheckPlanAsync(plans[i], request, data, cancel);
            }
            catch (RuleViolationException refusal)
            {
                throw ArmPlans.Located(refusal, common.Options, arms[i].Name, arms[i].Options, i);
            }
        }

        return data;
    }

    private static IEnumerable<string> Chosen(IReadOnlyList<(string Name, JsonElement? Options)> arms, IReadOnlyList<TrainingPlan> plans) => arms
        .Where((_, i) => plans[i].Selection == ModelSelection.Oracle)
        .Select(arm => $"The arm '{arm.Name}' chooses its model by the evaluation set's labels: its figures are no measure of unsupervised adaptation.");

    /// <summary>All arms under the first seed, then all under the next: a table that is half done compares like with like.</summary>
    private List<(int Arm, TrainingRun Run)> Make(StudyRequest request, Guid study, string name, IReadOnlyList<(string Name, JsonElement? Options)> arms,
        IReadOnlyList<TrainingPlan> plans, RunData data) =>
    [
        .. from seed in request.Seeds
           from arm in Enumerable.Range(0, arms.Count)
           let run = RunOf(request.Base, $"{name} · {arms[arm].Name} · seed {seed}")
           select (arm, submission.Make(run, plans[arm] with { Seed = seed }, data) with { Study = study }),
    ];

    private static TrainingRunRequest RunOf(StudyBaseRequest common, string name) => new()
    {
        Name = name,
        Source = common.Source,
        Target = common.Target,
        Evaluation = common.Evaluation,
        AllowLeakage = common.AllowLeakage,
        LabelSpace = common.LabelSpace,
        Preset = common.Preset,
    };
}
