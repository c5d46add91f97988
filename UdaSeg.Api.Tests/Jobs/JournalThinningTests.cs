using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

/// <summary>How often a trainer writes to its run's history.</summary>
public sealed class JournalThinningTests : IDisposable
{
    private readonly TestDatabase _database = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Progress_and_metrics_are_thinned_and_their_last_is_kept()
    {
        var clock = new ManualClock();
        TrainingRun run = Started();
        var journal = Journal(run, clock);
        for (int i = 1; i <= 100; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10)); // one second in all
            journal.Progress(new RunProgress(0, i, 600, "training", i / 600.0, 1, 1, 1));
            journal.Metrics(new RunMetrics(0, i, 0.01, new Dictionary<string, double>(), 1, null));
        }

        journal.Flush();
        IReadOnlyList<RunEvent> events = await EventsAsync(run);
        Assert.Equal([1, 26, 51, 76, 100], events.Where(e => e.Kind == "progress").Select(e => e.As<RunProgress>().Iteration));
        Assert.Equal([1, 51, 100], events.Where(e => e.Kind == "metrics").Select(e => e.As<MetricsEntry>().Iteration));
        Assert.Equal(100, Now(run).Iteration);
    }

    [Fact]
    public async Task Long_runs_are_reported_less_often()
    {
        var clock = new ManualClock();
        TrainingRun run = Started();
        var journal = Journal(run, clock);
        clock.Advance(TimeSpan.FromHours(100));
        for (int i = 1; i <= 300; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100)); // half a minute in all
            journal.Progress(new RunProgress(0, i, 600, "training", i / 600.0, 1, 1, 1));
        }

        Assert.Equal([1, 101, 201], (await EventsAsync(run)).Where(e => e.Kind == "progress").Select(e => e.As<RunProgress>().Iteration));
    }

    private TrainingRun Started()
    {
        TrainingRun run = Samples.Run();
        var ledger = new RunLedger(_database, TimeProvider.System);
        ledger.Submit(run);
        return ledger.TryTake(run.Id, "owner")!;
    }

    private DatabaseRunJournal Journal(TrainingRun run, TimeProvider clock) => new(
        run, new RunOutputs(new RunOutputTable(_database, clock), new FileArtifactStore(_folder.Path), run.Id, run.Attempt), new RunLedger(_database, clock),
        new CheckpointStore(_database), new EvaluationStore(_database), clock);

    private TrainingRun Now(TrainingRun run) => new RunStore(_database).Find(run.Id)!;

    private Task<IReadOnlyList<RunEvent>> EventsAsync(TrainingRun run) => new RunEventLog(_database, TimeProvider.System).ReadAsync(run.Id, 0, 1000, default);
}
