using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresOutageTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Nothing_that_is_written_across_a_restart_is_lost()
    {
        const int writers = 3;
        using TestDatabase database = cluster.NewTables();
        var log = new RunEventLog(database, TimeProvider.System);
        Guid run = Guid.CreateVersion7();
        using var enough = new CancellationTokenSource();
        int written = 0;
        Task<int>[] all = [.. Enumerable.Range(0, writers).Select(w => Task.Factory.StartNew(() => Write(w), TaskCreationOptions.LongRunning))];
        await Eventually.Get(() => Volatile.Read(ref written), n => n >= 30);
        cluster.Restart();
        int before = Volatile.Read(ref written);
        await Eventually.Get(() => Volatile.Read(ref written), n => n >= before + 30 || all.Any(t => t.IsFaulted));
        await enough.CancelAsync();
        int[] counts = await Task.WhenAll(all);

        IReadOnlyList<RunEvent> events = await log.ReadAsync(run, 0, int.MaxValue, default);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        IEnumerable<string> expected = Enumerable.Range(0, writers).SelectMany(w => Enumerable.Range(0, counts[w]).Select(i => $"{w}.{i}"));
        Assert.Equal(expected.Order(), events.Select(e => e.As<LogEntry>().Message).Distinct().Order());

        // A commit whose confirmation was cut off has happened, and is done again: at most one a writer.
        Assert.InRange(events.Count, counts.Sum(), counts.Sum() + writers);

        int Write(int writer)
        {
            int mine = 0;
            while (!enough.IsCancellationRequested)
            {
                var entry = new LogEntry($"{writer}.{mine}");
                DatabaseOutage.RideOut(TimeProvider.System, TimeSpan.FromMinutes(2), () => log.Append(run, RunEventKinds.Log, entry));
                mine++;
                Interlocked.Increment(ref written);
            }

            return mine;
        }
    }

    [Fact]
    public async Task The_service_says_that_the_database_is_away_and_works_again_when_it_is_back()
    {
        await using var factory = new ApiFactory { Database = cluster.NewDatabase() };
        using HttpClient client = factory.CreateClient();
        await client.GetJsonAsync("/api/v1/training-runs");
        Assert.False(File.Exists(Path.Combine(factory.DataRoot, "udaseg.db")), "There is a SQLite file beside the server.");
        cluster.Stop();
        try
        {
            using HttpResponseMessage answer = await client.GetAsync("/api/v1/training-runs");
            JsonElement problem = await answer.JsonAsync(HttpStatusCode.ServiceUnavailable);
            Assert.Equal("database-unavailable", problem.Text("code"));
            Assert.NotNull(answer.Headers.RetryAfter);
            await client.GetAsync("/api/v1/checkpoint-aliases").RefusedAsync(503, "database-unavailable");
            using HttpResponseMessage health = await client.GetAsync("/health/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        }
        finally
        {
            cluster.Start();
        }

        await Eventually.GetAsync(async () => (await client.GetAsync("/api/v1/training-runs")).StatusCode, s => s == HttpStatusCode.OK);

        // The workers on the queue have found it again as well.
        FolderSets.Make(factory.DatasetRoot, "set", 1, labels: false);
        JsonElement dataset = await client.PostAsync(
            "/api/v1/datasets", new { name = "set", domain = "target", path = "set" }, HttpStatusCode.Accepted);
        await Eventually.GetAsync(() => client.GetJsonAsync($"/api/v1/datasets/{dataset.Id()}"), d => d.Text("status") == "ready");
    }
}
