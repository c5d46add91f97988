using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Faults;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

/// <summary>API and workers as processes of their own, which share a PostgreSQL database; processes and the database are killed, frozen and restarted.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresFaultTests(PostgresCluster cluster) : IDisposable
{
    private readonly FaultBench _bench = new();
    private readonly string _database = cluster.NewDatabase();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_run_killed_at_20_random_moments_ends_as_the_undisturbed_one()
    {
        await using ServerProcess api = Server("api", "api"), worker = Server("worker", "worker");
        await Task.WhenAll(api.StartAsync(), worker.StartAsync());
        await KilledRun.CheckAsync(_bench, api, worker, kills: 20, seed: Environment.TickCount, TestContext.Current.TestOutputHelper!);
    }

    [Theory]
    [InlineData(false)] // its trainer goes on, under a lease that is another's by then
    [InlineData(true)]
    public async Task Of_two_workers_that_believe_to_own_a_run_one_publishes(bool freezeTrainerToo)
    {
        await using ServerProcess api = Server("api", "api"), first = Server("first", "worker");
        await Task.WhenAll(api.StartAsync(), first.StartAsync());
        using HttpClient client = api.Client;
        await _bench.PrepareAsync(client);
        Guid run = await _bench.SubmitAsync(client, "contested");
        await FaultBench.UntilAsync(() => api.Client, run, r => FaultBench.Reached(r, 10));
        int trainer = ServerProcess.TrainerOf(run);
        first.Freeze();
        if (freezeTrainerToo) ServerProcess.Signal(trainer, ServerProcess.Sigstop);
        await using ServerProcess second = Server("second", "worker");
        await second.StartAsync();
        await FaultBench.UntilAsync(() => api.Client, run, r => r.GetProperty("attempt").GetInt32() == 2 && r.Text("status") == "running");
        first.Thaw();
        if (freezeTrainerToo) ServerProcess.Signal(trainer, ServerProcess.Sigcont);
        await Eventually.Get(() => Directory.Exists($"/proc/{trainer}"), there => !there); // it finds its lease lost, or its supervisor does
        await FaultBench.UntilAsync(() => api.Client, run, FaultBench.Succeeded);

        Guid calm = await _bench.SubmitAsync(client, "uncontested");
        await FaultBench.UntilAsync(() => api.Client, calm, FaultBench.Succeeded);
        Assert.Equal(await FaultBench.ResultsAsync(client, calm), await FaultBench.ResultsAsync(client, run));
        Assert.Equal(2, (await client.GetJsonAsync($"/api/v1/training-runs/{run}")).GetProperty("attempt").GetInt32());
        Assert.Equal(3, (await FaultBench.EventsAsync(client, run)).Count(e => e.Kind == "checkpoint"));
        JsonElement attempts = await client.GetJsonAsync($"/api/v1/training-runs/{run}/attempts");
        string?[] owners = [.. attempts.EnumerateArray().Select(a => a.Text("owner"))];
        Assert.Equal(2, owners.Distinct().Count());
        Assert.Equal("its worker fell silent", attempts[0].Text("cause"));
    }

    [Fact]
    public async Task A_database_that_restarts_in_the_midst_of_a_run_is_waited_for()
    {
        await using ServerProcess api = Server("api", "api"), worker = Server("worker", "worker");
        await Task.WhenAll(api.StartAsync(), worker.StartAsync());
        using HttpClient client = api.Client;
        await _bench.PrepareAsync(client);
        Guid run = await _bench.SubmitAsync(client, "restarted beneath");
        foreach (long moment in new[] { 8, 60, 100 })
        {
            await FaultBench.UntilAsync(() => api.Client, run, r => FaultBench.Reached(r, moment));
            cluster.Restart();
        }

        JsonElement ended = await FaultBench.UntilAsync(() => api.Client, run, FaultBench.Succeeded);
        Assert.Equal(1, ended.GetProperty("attempt").GetInt32());
        Assert.Equal(3, (await FaultBench.EventsAsync(client, run)).Count(e => e.Kind == "checkpoint"));
    }

    [Fact]
    public async Task A_client_that_streams_events_misses_nothing_when_the_api_is_killed()
    {
        await using ServerProcess api = Server("api", "api"), worker = Server("worker", "worker");
        await Task.WhenAll(api.StartAsync(), worker.StartAsync());
        using (HttpClient client = api.Client) await _bench.PrepareAsync(client);
        Guid run;
        using (HttpClient client = api.Client) run = await _bench.SubmitAsync(client, "watched");
        var seen = new List<long>();
        int kills = 0;
        while (true)
        {
            bool whole = await StreamAsync(api, run, seen, async () =>
            {
                if (seen.Count <= (kills + 1) * 15 || kills == 3) return;
                kills++;
                await api.KillAsync();
            });
            if (whole) break;
            await api.StartAsync();
        }

        Assert.Equal(3, kills);
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => (long)i), seen);
        using HttpClient after = api.Client;
        JsonElement ended = await after.GetJsonAsync($"/api/v1/training-runs/{run}");
        Assert.Equal(("succeeded", 1), (ended.Text("status"), ended.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_stop_hands_its_run_to_another()
    {
        await using ServerProcess api = Server("api", "api"), first = Server("first", "worker"), second = Server("second", "worker");
        await Task.WhenAll(api.StartAsync(), first.StartAsync());
        using HttpClient client = api.Client;
        await _bench.PrepareAsync(client);
        Guid run = await _bench.SubmitAsync(client, "handed on");
        await FaultBench.UntilAsync(() => api.Client, run, r => FaultBench.Reached(r, 10));
        await second.StartAsync();
        Assert.Equal(0, await first.StopAsync());
        JsonElement ended = await FaultBench.UntilAsync(() => api.Client, run, FaultBench.Succeeded);
        Assert.Equal(2, ended.GetProperty("attempt").GetInt32());
        JsonElement attempts = await client.GetJsonAsync($"/api/v1/training-runs/{run}/attempts");
        Assert.Equal("the server stopped", attempts[0].Text("cause"));
        Assert.Equal(attempts[0].GetProperty("toIteration").GetInt64(), attempts[1].GetProperty("fromIteration").GetInt64());
        Assert.Equal(0, await api.StopAsync());
    }

    /// <returns>Whether the stream came to the run's end, and not to the server's.</returns>
    private static async Task<bool> StreamAsync(ServerProcess api, Guid run, List<long> seen, Func<Task> afterEach)
    {
        using HttpClient client = api.Client;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/training-runs/{run}/events");
        if (seen.Count > 0) request.Headers.Add("Last-Event-ID", seen[^1].ToString(System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            if (answer.StatusCode == HttpStatusCode.NoContent) return true;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            string data = "";
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line;
                if (!line.StartsWith("id: ", StringComparison.Ordinal)) continue;
                seen.Add(long.Parse(line[4..], System.Globalization.CultureInfo.InvariantCulture));
                await afterEach();
            }

            return data.Contains("\"succeeded\"", StringComparison.Ordinal);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private ServerProcess Server(string name, string role) => new(
        name, _bench.Folder, _bench.Settings("data", ("UdaSeg:Database", _database), ("UdaSeg:LeaseSeconds", "3")), role);
}
