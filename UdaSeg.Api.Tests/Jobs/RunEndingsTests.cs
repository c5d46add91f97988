using Microsoft.Extensions.Logging.Abstractions;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

/// <summary>What becomes of a run whose attempt ended without a word, or whose server did.</summary>
public sealed class RunEndingsTests : IDisposable
{
    private readonly TestDatabase _database = new();
    private readonly RecordingQueue _queue = new();

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData(true, 2, "out-of-memory")]
    [InlineData(false, 10, "trainer-crashed")]
    public void A_kill_for_want_of_memory_would_repeat_and_one_by_hand_may_not(bool outOfMemory, int attempts, string code)
    {
        TrainingRun run = Submit();
        var ledger = new RunLedger(_database, TimeProvider.System);
        for (int attempt = 1; attempt <= attempts; attempt++)
        {
            Assert.Equal(RunStatus.Queued, Now(run).Status);
            TrainingRun taken = ledger.TryTake(run.Id, LeaseOwner.Self)!;
            Endings(TimeProvider.System).Settle(taken, RunDeath.Of(new ChildEnd(137, []), outOfMemory), new ChildEnd(137, []), serverStops: false);
        }

        Assert.Equal((RunStatus.Failed, code, attempts), (Now(run).Status, Now(run).Failure?.Code, Now(run).Attempt));
    }

    [Theory]
    [InlineData(RunStatus.Queued, RunStatus.Queued, 1)]
    [InlineData(RunStatus.Running, RunStatus.Queued, 1)]
    [InlineData(RunStatus.Interrupted, RunStatus.Queued, 1)]
    [InlineData(RunStatus.Cancelling, RunStatus.Cancelled, 0)]
    [InlineData(RunStatus.Succeeded, RunStatus.Succeeded, 0)]
    [InlineData(RunStatus.Failed, RunStatus.Failed, 0)]
    [InlineData(RunStatus.Cancelled, RunStatus.Cancelled, 0)]
    public async Task What_a_killed_server_left_is_taken_up_again(RunStatus left, RunStatus becomes, int queued)
    {
        TrainingRun run = Samples.Run(left);
        new RunLedger(_database, TimeProvider.System).Submit(run);
        await Recovery().RecoverAsync(default);
        Assert.Equal((becomes, queued), (Now(run).Status, _queue.Runs.Count));
    }

    private TrainingRun Submit()
    {
        TrainingRun run = Samples.Run();
        new RunLedger(_database, TimeProvider.System).Submit(run);
        return run;
    }

    private RunEndings Endings(TimeProvider clock) => new(
        new RunLedger(_database, clock), new RunDeaths(_database), new CheckpointStore(_database), new AliasStore(_database, clock), _queue, clock,
        NullLogger<RunEndings>.Instance);

    private JobRecovery Recovery() => new(
        new RunStore(_database), new RunLedger(_database, TimeProvider.System), new DatasetStore(_database), new EvaluationStore(_database), _queue,
        new OwnedFolders(_database.Settings.ResolvedDataRoot), TimeProvider.System, NullLogger<JobRecovery>.Instance);

    private TrainingRun Now(TrainingRun run) => new RunStore(_database).Find(run.Id)!;
}
