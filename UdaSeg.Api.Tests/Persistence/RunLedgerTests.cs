using UdaSeg.Api.Tests.Postgres;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Persistence;

public sealed class SqliteRunLedgerTests() : RunLedgerTests(new TestDatabase());

[Collection(PostgresCollection.Name)]
public sealed class PostgresRunLedgerTests(PostgresCluster cluster) : RunLedgerTests(cluster.NewTables());

public abstract class RunLedgerTests : IDisposable
{
    private readonly TestDatabase _database;

    private protected RunLedgerTests(TestDatabase database) => _database = database;

    public void Dispose()
    {
        _database.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Concurrent_writers_of_one_history_leave_no_gap()
    {
        const int writers = 8;
        const int each = 20;
        var log = new RunEventLog(_database, TimeProvider.System);
        Guid run = Guid.CreateVersion7();
        long[][] numbers = await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(() =>
            Enumerable.Range(0, each).Select(i => log.Append(run, RunEventKinds.Log, new LogEntry($"{w}.{i}"))).ToArray())));

        Assert.Equal(Enumerable.Range(1, writers * each).Select(i => (long)i), numbers.SelectMany(n => n).Order());
        IReadOnlyList<RunEvent> events = await log.ReadAsync(run, 0, 1000, default);
        Assert.Equal(Enumerable.Range(1, writers * each).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal(writers * each, events.Select(e => e.As<LogEntry>().Message).Distinct().Count());
    }

    [Fact]
    public async Task No_change_and_no_event_is_lost_among_concurrent_writers()
    {
        const int writers = 6;
        const int each = 15;
        var ledger = new RunLedger(_database, TimeProvider.System);
        TrainingRun run = Samples.Run();
        ledger.Submit(run);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < each; i++) ledger.Write(run.Id, now => now with { Iteration = now.Iteration + 1 }, null,
                new RunEntry(RunEventKinds.Log, new LogEntry("x")));
        })));

        Assert.Equal(writers * each, new RunStore(_database).Find(run.Id)!.Iteration);
        IReadOnlyList<RunEvent> events = await new RunEventLog(_database, TimeProvider.System).ReadAsync(run.Id, 0, 1000, default);
        Assert.Equal(Enumerable.Range(1, (writers * each) + 1).Select(i => (long)i), events.Select(e => e.Sequence));
    }

    [Fact]
    public async Task Of_concurrent_starts_one_wins()
    {
        var ledger = new RunLedger(_database, TimeProvider.System);
        TrainingRun run = Samples.Run();
        ledger.Submit(run);
        (TrainingRun Before, TrainingRun After)[] outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            ledger.Write(run.Id, now => now.Status == RunStatus.Queued ? now.Start(Samples.Now) : now))));
        Assert.Single(outcomes, o => o.Before.Status == RunStatus.Queued);
        Assert.Equal(1, new RunStore(_database).Find(run.Id)!.Attempt);
    }

    [Fact]
    public async Task A_refused_change_leaves_neither_row_nor_event()
    {
        var ledger = new RunLedger(_database, TimeProvider.System);
        TrainingRun run = Samples.Run();
        ledger.Submit(run);
        Assert.Throws<RuleViolationException>(() => ledger.Write(run.Id, now => now.Succeed(Samples.Now), null,
            new RunEntry(RunEventKinds.Log, new LogEntry("x"))));
        Assert.Equal(RunStatus.Queued, new RunStore(_database).Find(run.Id)!.Status);
        Assert.Single(await new RunEventLog(_database, TimeProvider.System).ReadAsync(run.Id, 0, 10, default));
    }

    [Fact]
    public void What_is_stored_is_what_was_submitted()
    {
        TrainingPlan plan = TrainingPresets.Small with { BaseSize = new BaseSizes(new PixelSize(64, 48)), Seed = long.MaxValue };
        TrainingRun run = Samples.Run() with { Plan = plan, Evaluation = Guid.CreateVersion7() };
        new RunLedger(_database, TimeProvider.System).Submit(run);
        TrainingRun read = new RunStore(_database).Find(run.Id)!;
        Assert.Equal(run.Plan, read.Plan);
        Assert.Equivalent(run, read, strict: true);
    }
}
