using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Persistence;
using UdaSeg.Api.Tests.Postgres;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Idempotency;

public sealed class SqliteKeyedRunTests() : KeyedRunTests("");

[Collection(PostgresCollection.Name)]
public sealed class PostgresKeyedRunTests(PostgresCluster cluster) : KeyedRunTests(cluster.NewDatabase());

/// <summary>Submissions of runs, whose queue a test may stop.</summary>
public abstract class KeyedRunTests : IAsyncLifetime
{
    private const string Path = "/api/v1/training-runs";

    private readonly StoppableQueue _queue = new();
    private readonly ApiFactory _api;
    private readonly Dataset _source = Samples.Dataset("source"), _target = Samples.Dataset("target", labelled: 0);
    private HttpClient _client = null!;

    private protected KeyedRunTests(string database) => _api = new ApiFactory
    {
        Database = database,
        More = services => services.AddSingleton<IJobQueue>(_queue),
    };

    public async ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        foreach (Dataset set in (Dataset[])[_source, _target]) await _api.Service<DatasetStore>().AddAsync(set, default);
    }

    public ValueTask DisposeAsync()
    {
        _queue.Go.Set();
        return _api.DisposeAsync();
    }

    [Fact]
    public async Task A_request_that_is_sent_again_gets_the_first_answer_and_starts_nothing()
    {
        HttpResponseMessage first = await _client.SendKeyedAsync(Path, Body(), "k");
        HttpResponseMessage second = await _client.SendKeyedAsync(Path, Body(), "k");
        JsonElement run = await KeyedRequests.SameAsync(first, second);
        Assert.Equal([run.Id()], await RunsAsync());
        Assert.Equal([run.Id()], _queue.Runs);

        Assert.False((await _client.SendKeyedAsync(Path, Body(), "K")).IsReplayed());
        Assert.Equal(2, (await RunsAsync()).Length);
    }

    [Fact]
    public async Task Another_request_with_the_key_is_refused_whatever_differs()
    {
        await _client.SendKeyedAsync(Path, Body(), "k");
        await _client.SendKeyedAsync(Path, Body("other"), "k").RefusedAsync(422, "idempotency-key-reused");
        await _client.SendKeyedAsync(Path + "?x=1", Body(), "k").RefusedAsync(422, "idempotency-key-reused");
        await _client.SendKeyedAsync("/api/v1/studies", Body(), "k").RefusedAsync(422, "idempotency-key-reused");
        Assert.Single(await RunsAsync());
    }

    [Fact]
    public async Task Of_sixteen_at_once_one_makes_a_run_and_all_are_told_of_it()
    {
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
            Eventually.GetAsync(() => _client.SendKeyedAsync(Path, Body(), "k"), a => a.Headers.RetryAfter is null))));
        JsonElement[] bodies = await Task.WhenAll(answers.Select(a => a.JsonAsync(HttpStatusCode.Accepted)));
        Guid run = Assert.Single(bodies.Select(b => b.Id()).Distinct());
        Assert.Single(answers, a => !a.IsReplayed());
        Assert.Equal([run], await RunsAsync());
        Assert.Equal([run], _queue.Runs);
    }

    [Fact]
    public async Task A_refusal_is_not_remembered()
    {
        Dataset validating = Samples.Dataset("validating", DatasetStatus.Validating);
        await _api.Service<DatasetStore>().AddAsync(validating, default);
        await _client.SendKeyedAsync(Path, Body(source: validating.Id), "k").RefusedAsync(409, "dataset-not-ready");
        await _client.SendKeyedAsync(Path, Body(source: Guid.CreateVersion7()), "k").RefusedAsync(422, "unknown-dataset");
        await _api.Service<DatasetStore>().UpdateAsync(validating.Id, d => d with { Status = DatasetStatus.Ready }, default);
        HttpResponseMessage answer = await _client.SendKeyedAsync(Path, Body(source: validating.Id), "k");
        Assert.Equal((202, false), ((int)answer.StatusCode, answer.IsReplayed()));
    }

    [Fact]
    public async Task While_the_first_is_in_work_the_others_are_told_to_come_back_and_a_client_that_leaves_finds_its_run_later()
    {
        _queue.Go.Reset();
        using var leaves = new CancellationTokenSource();
        CancellationToken leaving = leaves.Token;
        Task<HttpResponseMessage> first = Task.Run(() => _client.SendKeyedAsync(Path, Body(), ["k"], leaving)); // the queue holds its thread
        await _queue.Reached.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        HttpResponseMessage early = await _client.SendKeyedAsync(Path, Body(), "k");
        await early.ProblemAsync(409, "idempotency-key-in-use");
        Assert.InRange(early.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);

        await leaves.CancelAsync();
        _queue.Go.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first); // the server in memory lets it go only now
        HttpResponseMessage later = await Eventually.GetAsync(() => _client.SendKeyedAsync(Path, Body(), "k"), a => a.Headers.RetryAfter is null);
        JsonElement run = await later.JsonAsync(HttpStatusCode.Accepted);
        Assert.True(later.IsReplayed());
        Assert.Equal([run.Id()], await RunsAsync());
    }

    [Fact]
    public async Task What_a_server_had_in_work_that_died_is_done_by_the_next()
    {
        await _client.SendKeyedAsync(Path, Body(), "k");
        await using (UdaSegDbContext db = _api.Service<IDbContextFactory<UdaSegDbContext>>().CreateDbContext())
        {
            IdempotencyRow row = db.IdempotencyKeys.Single();
            (row.Status, row.Owner) = (0, IdempotencyStoreTests.GoneOwner());
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        HttpResponseMessage second = await _client.SendKeyedAsync(Path, Body(), "k");
        Assert.Equal((202, false), ((int)second.StatusCode, second.IsReplayed()));
        await KeyedRequests.SameAsync(second, await _client.SendKeyedAsync(Path, Body(), "k"));
    }

    private Dictionary<string, object?> Body(string name = "a run", Guid? source = null) => new()
    {
        ["name"] = name,
        ["source"] = source ?? _source.Id,
        ["target"] = _target.Id,
        ["preset"] = "tiny",
    };

    private async Task<Guid[]> RunsAsync() => [.. (await _client.GetJsonAsync(Path)).GetProperty("items").EnumerateArray().Select(r => r.Id())];
}

internal sealed class StoppableQueue : IJobQueue
{
    public ManualResetEventSlim Go { get; } = new(true);

    public TaskCompletionSource Reached { get; } = new();

    public List<Guid> Runs { get; } = [];

    public void EnqueueRun(Guid runId)
    {
        Reached.TrySetResult();
        Go.Wait();
        lock (Runs) Runs.Add(runId);
    }

    public void EnqueueValidation(Guid datasetId)
    {
    }

    public void EnqueueAlignment(Guid datasetId)
    {
    }

    public void EnqueueEvaluation(Guid evaluationId)
    {
    }
}
