using UdaSeg.Api.TrainingRuns;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Studies;

/// <summary>Reads what has become of a study's runs into the study's answer.</summary>
internal sealed class StudyReading(RunStore runs, CheckpointStore checkpoints, EvaluationStore evaluations, LabelSpaceStore spaces, RunEventLog events)
{
    public async Task<StudyAnswer> ReadAsync(Study study, CancellationToken cancel)
    {
        Guid[] ids = [.. study.Arms.SelectMany(a => a.Runs)];
        IReadOnlyDictionary<Guid, TrainingRun> found = await runs.FindAllAsync(ids, cancel);
        ILookup<Guid, RunCheckpoint> models = await checkpoints.OfRunsAsync(ids, cancel);
        Dictionary<Guid, RunCheckpoint> last = ids.Where(id => models[id].Any()).ToDictionary(id => id, id => models[id].Last());
        ILookup<Guid?, EvaluationRecord> measured = (await evaluations.OfResultsAsync(ids, [.. last.Values.Select(c => c.Id)], cancel)).ToLookup(e => e.Run);
        LabelSpace? space = await spaces.FindAsync(study.Base.LabelSpace, cancel);
        Guid[] succeeded = [.. ids.Where(id => found[id].Status == RunStatus.Succeeded)];
        ILookup<Guid, RunEvent> statuses = await events.OfRunsAsync(succeeded, RunEventKinds.Status, cancel);

        StudyArmAnswer[] arms = [.. study.Arms.Select(arm => Arm(arm, [.. arm.Runs.Zip(study.Seeds, (id, seed) => Outcome(found[id], seed))]))];
        return new StudyAnswer
        {
            Id = study.Id,
            Name = study.Name,
            Template = study.Template,
            Status = StudyStatuses.Of([.. found.Values]),
            CreatedAt = study.CreatedAt,
            Base = study.Base,
            Seeds = study.Seeds,
            RunsTotal = ids.Length,
            RunsEnded = found.Values.Count(r => r.Status.IsTerminal()),
            Warnings = study.Warnings,
            Arms = arms,
            Links = LinksOf(study.Id),
        };

        StudyArmAnswer Arm(StudyArm arm, IReadOnlyList<RunOutcome> outcomes)
        {
            var figures = ArmFigures.Of(space?.Classes ?? [], [.. outcomes.Select(o => o.Evaluation?.Report).OfType<EvaluationReport>()]);
            StudyRunAnswer[] answers = [.. outcomes.Select(o => o.Answer)];
            return new StudyArmAnswer(
                arm.Name, arm.Options, answers, figures.Miou, figures.Subsets, figures.PerClass, Spread.Of(answers.Select(a => a.Seconds).OfType<double>()));
        }

        RunOutcome Outcome(TrainingRun run, long seed)
        {
            RunCheckpoint? model = last.GetValueOrDefault(run.Id);

            // A stage on the way, or one that is left when the result was deleted, is not what the arm is about.
            bool isResult = run.Status == RunStatus.Succeeded && model?.Stage == run.Plan.Stages;
            EvaluationRecord? result = isResult ? measured[run.Id].LastOrDefault(e => e.Checkpoint == model!.Id) : null;
            double? seconds = result is null ? null : RunHistory.Seconds(RunHistory.Attempts(statuses[run.Id].Select(e => (e.As<StatusEntry>(), e.At))));
            return new RunOutcome(new StudyRunAnswer(run.Id, seed, run.Status, result?.Report?.Miou, model?.Id, result?.Id, run.Failure, seconds), result);
        }
    }

    private static Dictionary<string, string> LinksOf(Guid id)
    {
        string self = $"{StudyEndpoints.Path}/{id}";
        return new Dictionary<string, string>
        {
            ["self"] = self,
            ["report"] = self + "/report",
            ["predictions"] = self + "/predictions",
            ["csv"] = self + "/table.csv",
            ["markdown"] = self + "/table.md",
            ["cancel"] = self + "/cancel",
        };
    }

    private sealed record RunOutcome(StudyRunAnswer Answer, EvaluationRecord? Evaluation);
}
