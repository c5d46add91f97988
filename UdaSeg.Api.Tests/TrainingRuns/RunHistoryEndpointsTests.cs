using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.TrainingRuns;

public sealed class RunHistoryEndpointsTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ApiFactory _api;
    private readonly TrainingRun _run = Samples.Run();
    private HttpClient _client = null!;
    private RunLedger _ledger = null!;

    public RunHistoryEndpointsTests() => _api = new ApiFactory { More = services => services.AddSingleton(new ServerStopping(_stopping.Token)) };

    private string Path => $"/api/v1/training-runs/{_run.Id}";

    public ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        _ledger = _api.Service<RunLedger>();
        _ledger.Submit(_run);
        _ledger.Write(_run.Id, r => r.Start(Samples.Now));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _api.DisposeAsync();
        _stopping.Dispose();
    }

    [Fact]
    public async Task A_stream_replays_follows_and_ends_with_the_run()
    {
        Log("one");
        using HttpResponseMessage answer = await OpenAsync();
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var seen = new List<SseItem<string>>();
        await foreach (SseItem<string> item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            seen.Add(item);
            if (item.Data.Contains("one")) Log("two"); // written while the client listens
            if (item.Data.Contains("two")) _ledger.Write(_run.Id, r => r.Succeed(Samples.Now));
        }

        Assert.Equal(["1", "2", "3", "4", "5"], seen.Select(i => i.EventId));
        Assert.Equal(["status", "status", "log", "log", "status"], seen.Select(i => i.EventType));
        Assert.Equal("succeeded", JsonElement.Parse(seen[^1].Data).Text("status"));
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_what_it_missed_and_nothing_twice()
    {
        for (int i = 0; i < 1200; i++) Log($"line {i}"); // more than one read's worth
        _ledger.Write(_run.Id, r => r.Fail(Samples.Now, "code", "why"));
        List<SseItem<string>> all = await ReadAsync();
        Assert.Equal(Enumerable.Range(1, 1203).Select(i => $"{i}"), all.Select(i => i.EventId));
        List<SseItem<string>> rest = await ReadAsync("1000");
        Assert.Equal(all.Skip(1000).Select(i => (i.EventId, i.Data)), rest.Select(i => (i.EventId, i.Data)));
    }

    [Fact]
    public async Task A_client_that_has_seen_the_end_is_told_to_stop()
    {
        _ledger.Write(_run.Id, r => r.Succeed(Samples.Now));
        using HttpResponseMessage answer = await OpenAsync("3");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, Path + "/events") { Headers = { { "Last-Event-ID", "not mine" } } };
        await _client.SendAsync(request).RefusedAsync(400, "invalid-last-event-id");
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams()
    {
        using HttpResponseMessage answer = await OpenAsync();
        await using IAsyncEnumerator<SseItem<string>> items = SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        Assert.True(await items.MoveNextAsync());
        await _stopping.CancelAsync();
        Assert.False(await items.MoveNextAsync());
    }

    [Fact]
    public async Task Metrics_come_in_order_and_from_where_the_client_left_off()
    {
        for (int i = 1; i <= 5; i++) Append(RunEventKinds.Metrics,
            new MetricsEntry(0, i * 10, 0.01, new Dictionary<string, double?> { ["total"] = 1.0 / i, ["triplet"] = null }, 3, null));
        JsonElement all = await _client.GetJsonAsync(Path + "/metrics");
        Assert.Equal([10, 20, 30, 40, 50], all.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("iteration").GetInt32()));
        JsonElement third = all.GetProperty("points")[2];
        JsonElement rest = await _client.GetJsonAsync($"{Path}/metrics?since={third.GetProperty("sequence").GetInt64()}");
        Assert.Equal([40, 50], rest.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("iteration").GetInt32()));
        JsonElement none = await _client.GetJsonAsync($"{Path}/metrics?since={rest.GetProperty("next").GetInt64()}");
        Assert.Equal((0, rest.GetProperty("next").GetInt64()), (none.GetProperty("points").GetArrayLength(), none.GetProperty("next").GetInt64()));
    }

    private void Log(string message) => Append(RunEventKinds.Log, new LogEntry(message));

    private void Append(string kind, object data) => _ledger.Write(_run.Id, r => r, null, new RunEntry(kind, data));

    private Task<HttpResponseMessage> OpenAsync(string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Path + "/events");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        return _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<List<SseItem<string>>> ReadAsync(string? lastEventId = null)
    {
        using HttpResponseMessage answer = await OpenAsync(lastEventId);
        return await SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().ToListAsync();
    }
}
