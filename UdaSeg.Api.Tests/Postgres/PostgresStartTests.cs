using System.Collections.Concurrent;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresStartTests(PostgresCluster cluster)
{
    [Fact]
    public async Task All_that_start_at_once_on_an_empty_database_succeed()
    {
        string connection = cluster.NewDatabase();
        using var gate = new Barrier(6);
        JobStorage[] queues = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var database = new TestDatabase(connection, migrate: false);
                gate.SignalAndWait();
                JobStorage queue = JobStorages.Open(database.Settings);
                Assert.Equal(0, queue.GetMonitoringApi().GetStatistics().Enqueued);
                database.Migrate();
                Assert.Null(new RunStore(database).Find(Guid.Empty));
                return queue;
            },
            TaskCreationOptions.LongRunning)));

        Assert.All(queues, q => Assert.Equal(0, q.GetMonitoringApi().GetStatistics().Enqueued));
        using var after = new TestDatabase(connection, migrate: false);
        using UdaSegDbContext db = after.CreateDbContext();
        Assert.Empty(db.Database.GetPendingMigrations());
    }

    [Fact]
    public async Task Whoever_comes_second_waits_until_the_first_is_done()
    {
        string connection = cluster.NewDatabase();
        var order = new ConcurrentQueue<string>();
        var entered = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        Task first = Start("first", () =>
        {
            entered.SetResult();
            release.Wait();
        });
        await entered.Task;
        Task second = Start("second", () => { });
        try
        {
            await Eventually.Get(() => SessionsInWait(connection), n => n == 1);
        }
        finally
        {
            release.Set();
        }

        await Task.WhenAll(first, second);
        Assert.Equal(["first", "second"], order);

        Task Start(string name, Action work) => Task.Factory.StartNew(
            () => PostgresStart.InTurn(connection, () =>
            {
                work();
                order.Enqueue(name);
                return name;
            }),
            TaskCreationOptions.LongRunning);
    }

    private static long SessionsInWait(string connection)
    {
        using var session = new NpgsqlConnection(connection);
        session.Open();
        using var count = new NpgsqlCommand("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", session);
        return (long)count.ExecuteScalar()!;
    }

    [Fact]
    public void What_keeps_the_server_from_starting_is_told_without_the_password()
    {
        DatabaseUnusableException missing = Assert.Throws<DatabaseUnusableException>(() => Probe(cluster.ConnectionString("nowhere") + ";Password=hunter2"));
        Assert.Contains("'nowhere'", missing.Message);
        Assert.Contains("does not exist", missing.Message);
        DatabaseUnusableException away = Assert.Throws<DatabaseUnusableException>(() => Probe("Host=127.0.0.1;Port=1;Database=udaseg;Password=hunter2"));
        Assert.Contains("127.0.0.1:1", away.Message);
        DatabaseUnusableException unknown = Assert.Throws<DatabaseUnusableException>(() => Probe("Host=db.invalid;Database=udaseg;Password=hunter2"));
        Assert.Contains("db.invalid", unknown.Message);
        Assert.DoesNotContain("hunter2", string.Concat(missing, away, unknown));
    }

    [Fact]
    public async Task A_name_that_the_one_provider_stores_is_stored_by_the_other()
    {
        using TestDatabase database = cluster.NewTables();
        var aliases = new AliasStore(database, TimeProvider.System);
        Checkpoint longNamed = Samples.Checkpoint();
        longNamed = longNamed with { Manifest = longNamed.Manifest with { Name = new string('x', 300) } };
        new CheckpointStore(database).Publish(longNamed);
        await aliases.PutAsync("a\0b", longNamed.Id, default);
        Assert.Equal(longNamed.Id, (await aliases.ResolveAsync("a\0b", default))?.Id);
        await aliases.PutAsync("Z", longNamed.Id, default);
        Assert.Equal(["Z", "a\uFFFDb"], (await aliases.ListAsync(default)).Select(a => a.Name)); // by code point
    }

    private static void Probe(string connection) => DatabaseStart.Probe(new UdaSegSettings { Database = connection });
}
