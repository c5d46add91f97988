using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

/// <summary>What the child processes do, here without a process.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly TestDatabase _database = new();
    private readonly TempFolder _folder = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_trainer_gets_files_and_never_the_target_s_labels()
    {
        TrainingJob? seen = null;
        TrainingRun run = await StartedAsync();
        Assert.Equal(TrainerExit.Finished, Train((job, _, _) => seen = job, run));
        Assert.Equal(["0", "1", "2"], seen!.Source.Select(s => s.Name));
        Assert.All(seen.Source, s => Assert.True(File.Exists(s.ImagePath) && File.Exists(s.LabelPath)));
        Assert.Equal(2, seen.Target.Count);
        Assert.All(seen.Target, s => Assert.Null(s.LabelPath));
        Assert.Equal((run.Id, "synthia16", run.Plan), (seen.RunId, seen.LabelSpace.Id, seen.Plan));
    }

    [Fact]
    public async Task Several_sources_are_trained_on_together_under_names_that_do_not_clash()
    {
        TrainingJob? seen = null;
        TrainingRun run = await StartedAsync(sources: 2);
        Train((job, _, _) => seen = job, run);
        Assert.Equal(["0/0", "0/1", "0/2", "1/0", "1/1", "1/2"], seen!.Source.Select(s => s.Name));
        Assert.Equal([0, 0, 0, 1, 1, 1], seen.Source.Select(s => s.Set)); // what a balanced draw goes by
    }

    [Fact]
    public async Task A_failure_that_would_repeat_is_recorded_with_its_code()
    {
        TrainingRun run = await StartedAsync();
        Assert.Equal(TrainerExit.Failed, Train((_, _, _) => throw new RuleViolationException(RuleKind.Unusable, "too-small", "Images are too small."), run));
        Assert.Equal(new RunFailure("too-small", "Images are too small."), Now(run).Failure);
    }

    [Fact]
    public async Task A_data_set_whose_folder_vanished_is_such_a_failure()
    {
        TrainingRun run = await StartedAsync();
        Directory.Delete(_folder.Sub("target"), recursive: true);
        Assert.Equal(TrainerExit.Failed, Train((_, _, _) => Assert.Fail("not reached"), run));
        Assert.Equal("dataset-path-not-found", Now(run).Failure?.Code);
    }

    [Fact]
    public async Task A_stop_asked_for_is_told_from_an_unasked_one()
    {
        TrainingRun run = await StartedAsync();
        using var stop = new CancellationTokenSource();
        Assert.Equal(TrainerExit.Cancelled, Train((_, _, cancel) => Stop(cancel), run, stop.Token));
        Assert.Equal(1, Train((_, _, _) => throw new OperationCanceledException("a time-out within"), run));
        Assert.Contains("a time-out within", _errors.ToString());

        void Stop(CancellationToken cancel)
        {
            stop.Cancel();
            cancel.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task A_trainer_whose_run_was_taken_over_writes_nothing_more()
    {
        TrainingRun run = await StartedAsync();
        var ledger = new RunLedger(_database, TimeProvider.System);
        Assert.Equal(TrainerExit.Lost, Train((_, journal, _) =>
        {
            ledger.Write(run.Id, r => r.Interrupt());
            ledger.Write(run.Id, r => r.Requeue());
            ledger.Write(run.Id, r => r.Start(Samples.Now)); // another process's attempt
            journal.Log("from the grave");
        }, run));
        Assert.DoesNotContain(await EventsAsync(run), e => e.Kind == RunEventKinds.Log);
        Assert.Equal(TrainerExit.Lost, Train((_, _, _) => Assert.Fail("not reached"), Samples.Run()));
    }

    [Fact]
    public async Task Reports_become_events_rows_and_the_run_s_standing()
    {
        TrainingRun run = await StartedAsync(evaluation: true);
        Assert.Equal(TrainerExit.Finished, Train(Report, run));
        IReadOnlyList<RunEvent> events = await EventsAsync(run);
        Assert.Equal(["status", "progress", "metrics", "stage", "checkpoint", "evaluation", "log"], events.Select(e => e.Kind).Distinct());
        Assert.Equal((1, 320L, (double?)12.5), (Now(run).Stage, Now(run).Iteration, Now(run).EtaSeconds));
        StageEntry[] stages = [.. events.Where(e => e.Kind == "stage").Select(e => e.As<StageEntry>())];
        Assert.Equal([(1, 0.5, null), (1, 0.5, 0.7), (0, null, (double?)0.7)], stages.Select(s => (s.Stage, s.KeptShare, s.Quality?.Consistency)));
        Assert.Equal($"runs/{run.Id}/stages/1/prepared.json", stages[1].ArtifactKey); // whoever reads an earlier event's fields finds them in the later one too
        Assert.Null(events.Last(e => e.Kind == "metrics").As<MetricsEntry>().Losses["total"]);
        RunCheckpoint model = Assert.Single((await new CheckpointStore(_database).OfRunsAsync([run.Id], default))[run.Id]);
        EvaluationRecord[] evaluations = [.. (await new EvaluationStore(_database).ListAsync(new PageRequest(), default)).Items.OrderBy(e => e.Iteration)];
        Assert.Equal((2, null, 1), (evaluations.Length, evaluations[1].Checkpoint, evaluations[1].Stage));
        EvaluationRecord evaluation = evaluations[0];
        Assert.Equal((model.Id, run.Id, 0, EvaluationStatus.Succeeded, 0.25),
            (evaluation.Checkpoint, evaluation.Run, evaluation.Stage, evaluation.Status, evaluation.Report?.Miou));

        void Report(TrainingJob job, IRunJournal journal, CancellationToken cancel)
        {
            journal.Progress(new RunProgress(0, 10, 600, "training", 0.1, 1, 2, 30));
            journal.Metrics(new RunMetrics(0, 10, 0.01, new Dictionary<string, double> { ["total"] = 1 }, 2, null));
            journal.StagePrepared(new StageSummary(1, [0.9], 0.5, [0.5], [1], [[0]], $"runs/{run.Id}/stages/1/prepared.json"));
            journal.StageMeasured(1, new StageQuality(4, 0.5, 0.6, 0.7));
            journal.StageMeasured(0, new StageQuality(4, null, 0.6, 0.7));
            journal.CheckpointPublished(Samples.Checkpoint(run.Id, 0, 300, $"runs/{run.Id}/stages/0/model.safetensors"));
            journal.CheckpointPublished(Samples.Checkpoint(run.Id, 0, 300, $"runs/{run.Id}/stages/0/model.safetensors")); // again, after a death in between
            journal.Evaluated(0, 300, Samples.Report());
            journal.Evaluated(0, 300, Samples.Report()); // again, after a death in between
            journal.Evaluated(1, 310, Samples.Report(0.5)); // of a model in the midst of a stage
            journal.Log("a word");
            journal.Progress(new RunProgress(1, 301, 600, "training", 0.1, double.NaN, 2, 20));
            journal.Progress(new RunProgress(1, 320, 600, "training", 0.2, double.NaN, 2, 12.5)); // held back, and written at the end
            journal.Metrics(new RunMetrics(1, 320, 0.01, new Dictionary<string, double> { ["total"] = double.NaN }, 2, 0.3));
        }
    }

    [Fact]
    public async Task An_evaluation_ends_with_its_report()
    {
        EvaluationRecord evaluation = await EvaluationAsync();
        Assert.Equal(TrainerExit.Finished, Evaluate((job, progress) =>
        {
            Assert.Equal(3, job.Samples.Count);
            Assert.True(job.Options.Flip);
            progress!.Report(0.5);
            Assert.Equal(0.5, new EvaluationStore(_database).Find(evaluation.Id)!.Progress);
            return Samples.Report(0.7);
        }, evaluation));
        EvaluationRecord after = new EvaluationStore(_database).Find(evaluation.Id)!;
        Assert.Equal((EvaluationStatus.Succeeded, 0.7, 1), (after.Status, after.Report?.Miou, after.Progress));
        Assert.Equal(TrainerExit.Lost, Evaluate((_, _) => Samples.Report(), evaluation));
    }

    [Fact]
    public async Task An_evaluation_that_cannot_succeed_says_why()
    {
        EvaluationRecord evaluation = await EvaluationAsync();
        var fault = new RuleViolationException(RuleKind.Unusable, "no-common-class", "Nothing in common.");
        Assert.Equal(TrainerExit.Failed, Evaluate((_, _) => throw fault, evaluation));
        Assert.Equal("no-common-class", new EvaluationStore(_database).Find(evaluation.Id)!.Failure?.Code);
    }

    private async Task<TrainingRun> StartedAsync(int sources = 1, bool evaluation = false)
    {
        Dataset[] source = [.. Enumerable.Range(0, sources).Select(i => FolderSets.Make(_folder.Path, $"source{i}", 3, labels: true))];
        Dataset target = FolderSets.Make(_folder.Path, "target", 2, labels: true);
        var datasets = new DatasetStore(_database);
        foreach (Dataset set in source.Append(target)) await datasets.AddAsync(set, default);
        TrainingRun run = Samples.Run(target: target.Id) with { Source = [.. source.Select(s => s.Id)], Evaluation = evaluation ? source[0].Id : null };
        var ledger = new RunLedger(_database, TimeProvider.System);
        ledger.Submit(run);
        return ledger.Write(run.Id, r => r.Start(Samples.Now)).After;
    }

    private async Task<EvaluationRecord> EvaluationAsync()
    {
        Dataset set = FolderSets.Make(_folder.Path, "measured", 3, labels: true);
        await new DatasetStore(_database).AddAsync(set, default);
        (Guid checkpoint, _) = new CheckpointStore(_database).Publish(Samples.Checkpoint());
        var evaluation = new EvaluationRecord
        {
            Id = Guid.CreateVersion7(),
            Checkpoint = checkpoint,
            Dataset = set.Id,
            Options = new EvaluationOptions(Flip: true),
            CreatedAt = Samples.Now,
        };
        new EvaluationStore(_database).Add(evaluation);
        return evaluation;
    }

    private int Train(Action<TrainingJob, IRunJournal, CancellationToken> train, TrainingRun run, CancellationToken cancel = default) => new TrainCommand(
        new RunStore(_database), new RunLedger(_database, TimeProvider.System), Outputs, Blobs, new CheckpointStore(_database), new EvaluationStore(_database),
        SampleSource(), new Lazy<ITrainer>(new FakeTrainer(train)), TimeProvider.System).Run(run.Id, run.Attempt, cancel, _errors);

    private RunOutputTable Outputs => new(_database, TimeProvider.System);

    private FileArtifactStore Blobs => new(_folder.Sub("artifacts"));

    private int Evaluate(Func<EvaluationJob, IProgress<double>?, EvaluationReport> evaluate, EvaluationRecord evaluation) => new EvaluateCommand(
        new EvaluationStore(_database), SampleSource(), new Lazy<IEvaluator>(new FakeEvaluator(evaluate)), TimeProvider.System)
        .Run(evaluation.Id, default, _errors);

    private SampleSource SampleSource() => new(
        new DatasetStore(_database), new LabelSpaceStore(_database, new BuiltInSpaces(BuiltInLabelSpaces.All), TimeProvider.System),
        new CheckpointStore(_database), OwnHosts.Alone(_folder.Path));

    private TrainingRun Now(TrainingRun run) => new RunStore(_database).Find(run.Id)!;

    private Task<IReadOnlyList<RunEvent>> EventsAsync(TrainingRun run) => new RunEventLog(_database, TimeProvider.System).ReadAsync(run.Id, 0, 1000, default);
}
