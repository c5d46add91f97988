using Hangfire;
using Hangfire.InMemory;
using Microsoft.Extensions.Logging.Abstractions;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

public sealed class LeaseSweepTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly TestDatabase _database = new();
    private readonly RecordingQueue _queue = new();
    private readonly InMemoryStorage _storage = new();
    private readonly ManualClock _clock = new();
    private readonly LeaseSweep _sweep;

    public LeaseSweepTests() => _sweep = NewSweep();

    private RunLedger Ledger => new(_database, _clock);

    public void Dispose()
    {
        _sweep.Dispose();
        _database.Dispose();
    }

    [Fact]
    public async Task A_silent_owner_loses_its_run_after_the_timeout_and_the_run_is_queued_again()
    {
        TrainingRun run = Taken("elsewhere");
        Pass(TimeSpan.Zero, Timeout - TimeSpan.FromSeconds(1));
        Assert.Equal(RunStatus.Running, Now(run).Status);
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal((RunStatus.Queued, 1), (Now(run).Status, Now(run).Attempt));
        Assert.Equal([run.Id], _queue.Runs);
        List<StatusEntry> story = await StoryAsync(run);
        Assert.Equal([RunStatus.Queued, RunStatus.Running, RunStatus.Interrupted, RunStatus.Queued], story.Select(s => s.Status));
        Assert.Equal((LeaseSweep.Silent, "elsewhere"), (story[2].Cause, story[1].Owner));
    }

    [Fact]
    public void An_owner_that_beats_keeps_its_run_for_ever()
    {
        TrainingRun run = Taken("elsewhere");
        for (int i = 0; i < 20; i++)
        {
            Pass(Timeout - TimeSpan.FromSeconds(1));
            Assert.True(new RunLeases(_database).Beat(run.Id, "elsewhere", 1));
        }

        Assert.Equal(RunStatus.Running, Now(run).Status);
    }

    [Fact]
    public void An_owner_that_is_seen_to_be_gone_is_not_waited_for()
    {
        string[] self = LeaseOwner.Self.Split('/');
        TrainingRun run = Taken($"{self[0]}/2147483000@5/{self[2]}");
        _sweep.SweepOnce();
        Assert.Equal(RunStatus.Queued, Now(run).Status);
    }

    [Fact]
    public void A_run_that_was_to_be_cancelled_is_cancelled_when_its_owner_falls_silent()
    {
        TrainingRun run = Taken("elsewhere");
        Ledger.Write(run.Id, r => r.Cancel(_clock.GetUtcNow()));
        Pass(TimeSpan.Zero, Timeout);
        Assert.Equal(RunStatus.Cancelled, Now(run).Status);
        Assert.Empty(_queue.Runs);
    }

    [Fact]
    public void A_run_whose_supervisor_died_between_interrupting_and_queueing_is_queued()
    {
        TrainingRun run = Taken("elsewhere");
        Ledger.Write(run.Id, r => r.Interrupt());
        _sweep.SweepOnce();
        Assert.Equal(RunStatus.Queued, Now(run).Status);
        Assert.Equal([run.Id], _queue.Runs);
    }

    [Fact]
    public void A_run_that_waits_in_the_table_and_in_no_queue_is_queued_again()
    {
        TrainingRun run = Samples.Run();
        Ledger.Submit(run); // and its server died before it could queue it
        _sweep.SweepOnce();
        Assert.Empty(_queue.Runs); // it may be just on its way
        _sweep.SweepOnce();
        Assert.Equal([run.Id], _queue.Runs);
    }

    [Fact]
    public void A_run_that_is_queued_is_not_queued_again_however_long_it_waits_beside_one_that_was_lost()
    {
        TrainingRun lost = Samples.Run(), queued = Samples.Run();
        foreach (TrainingRun run in new[] { lost, queued }) Ledger.Submit(run);
        new HangfireJobQueue(new BackgroundJobClient(_storage)).EnqueueRun(queued.Id);
        for (int look = 0; look < 2; look++) _sweep.SweepOnce();
        Assert.Equal([lost.Id], _queue.Runs);
    }

    private void Pass(params TimeSpan[] steps)
    {
        foreach (TimeSpan step in steps)
        {
            _clock.Advance(step);
            _sweep.SweepOnce();
        }
    }

    private TrainingRun Taken(string owner)
    {
        TrainingRun run = Samples.Run();
        Ledger.Submit(run);
        return Ledger.TryTake(run.Id, owner)!;
    }

    private LeaseSweep NewSweep()
    {
        var runs = new RunStore(_database);
        var endings = new RunEndings(
            Ledger, new RunDeaths(_database), new CheckpointStore(_database), new AliasStore(_database, _clock), _queue, _clock, NullLogger<RunEndings>.Instance);
        var waiting = new RunQueueCheck(_storage, runs, _queue, NullLogger<RunQueueCheck>.Instance);
        return new LeaseSweep(
            new RunLeases(_database), runs, Ledger, endings, waiting, new RunLeaseTimes(Timeout), _database.Settings, _clock, NullLogger<LeaseSweep>.Instance);
    }

    private TrainingRun Now(TrainingRun run) => new RunStore(_database).Find(run.Id)!;

    private async Task<List<StatusEntry>> StoryAsync(TrainingRun run) =>
        [.. (await new RunEventLog(_database, _clock).ReadAsync(run.Id, 0, 1000, default, RunEventKinds.Status)).Select(e => e.As<StatusEntry>())];
}
