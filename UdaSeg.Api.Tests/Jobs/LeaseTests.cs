using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

public sealed class LeaseTests : IDisposable
{
    private readonly TestDatabase _database = new();

    private RunLedger Ledger => new(_database, TimeProvider.System);

    private RunLeases Leases => new(_database);

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Of_many_takers_one_gets_the_run()
    {
        TrainingRun run = Submitted();
        TrainingRun?[] taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Ledger.TryTake(run.Id, $"owner{i}"))));
        TrainingRun winner = Assert.Single(taken.OfType<TrainingRun>());
        Assert.Equal((RunStatus.Running, 1), (winner.Status, winner.Attempt));
        LeaseSight held = Assert.Single(Leases.Look());
        Assert.Equal((run.Id, $"owner{Array.IndexOf(taken, winner)}", 1), (held.Run, held.Owner, held.Epoch));
    }

    [Fact]
    public void An_owner_keeps_its_lease_by_beating_and_nobody_else_can()
    {
        TrainingRun run = Submitted();
        Ledger.TryTake(run.Id, "a");
        long before = Assert.Single(Leases.Look()).Beat;
        Assert.True(Leases.Beat(run.Id, "a", 1));
        Assert.Equal(before + 1, Assert.Single(Leases.Look()).Beat);
        Assert.False(Leases.Beat(run.Id, "b", 1));
        Assert.False(Leases.Beat(run.Id, "a", 2));
        Assert.Equal(before + 1, Assert.Single(Leases.Look()).Beat);
    }

    [Fact]
    public void What_ends_an_attempt_gives_up_its_lease_and_the_next_has_another_epoch()
    {
        TrainingRun run = Submitted();
        Ledger.TryTake(run.Id, "a");
        Ledger.Write(run.Id, r => r.Interrupt());
        Assert.Empty(Leases.Look());
        using (UdaSegDbContext db = _database.CreateDbContext()) Assert.Null(Assert.Single(db.Runs.ToList()).LeaseOwner);
        Assert.False(Leases.Beat(run.Id, "a", 1));
        Assert.Null(Ledger.TryTake(run.Id, "b")); // not queued yet
        Ledger.Write(run.Id, r => r.Requeue());
        Assert.Equal(2, Ledger.TryTake(run.Id, "b")!.Attempt);
        Assert.False(Leases.Beat(run.Id, "a", 1));
        Assert.True(Leases.Beat(run.Id, "b", 2));
    }

    [Fact]
    public void Nothing_is_written_under_a_lease_that_is_lost()
    {
        TrainingRun run = Submitted();
        Ledger.TryTake(run.Id, "a");
        Assert.Equal((double?)7, Ledger.WriteUnder(1, run.Id, r => r with { EtaSeconds = 7 }).After.EtaSeconds);
        Ledger.Write(run.Id, r => r.Interrupt());
        Assert.Throws<RunLostException>(() => Ledger.WriteUnder(1, run.Id, r => r with { EtaSeconds = 8 }));
        Ledger.Write(run.Id, r => r.Requeue());
        Ledger.TryTake(run.Id, "b");
        Assert.Throws<RunLostException>(() => Ledger.WriteUnder(1, run.Id, r => r with { EtaSeconds = 9 }));
        Assert.Null(new RunStore(_database).Find(run.Id)!.EtaSeconds); // an interrupted run has none
    }

    [Fact]
    public void This_process_lives_and_one_that_ended_is_known_to_be_gone()
    {
        Assert.False(LeaseOwner.IsGone(LeaseOwner.Self));
        string[] self = LeaseOwner.Self.Split('/');
        string number = self[1].Split('@')[0];
        Assert.True(LeaseOwner.IsGone($"{self[0]}/{number}@1/{self[2]}")); // the number was given to another process since
        Assert.True(LeaseOwner.IsGone($"{self[0]}/2147483000@5/{self[2]}"));
    }

    [Theory]
    [InlineData("elsewhere/1@1/00000000-1")]
    [InlineData("elsewhere/1@1/")]
    [InlineData("someone")]
    [InlineData("")]
    public void Of_an_owner_elsewhere_nothing_is_known(string owner) => Assert.False(LeaseOwner.IsGone(owner));

    private TrainingRun Submitted()
    {
        TrainingRun run = Samples.Run();
        Ledger.Submit(run);
        return run;
    }
}
