using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Limits;

/// <summary>One request is worked on and one may wait; the work stands still until the test lets the model be loaded.</summary>
public sealed class BackPressureTests : IDisposable
{
    private const string Path = "/api/v1/segmentations";

    private readonly ResourceHost _host = new()
    {
        Settings = { ["UdaSeg:Limits:MaxConcurrentSegmentations"] = "1", ["UdaSeg:Limits:MaxWaitingSegmentations"] = "1" },
    };

    private WorkGate Gate => _host.Services.GetRequiredService<WorkGates>().Segmentations;

    public void Dispose()
    {
        _host.Loader.Open.Set();
        _host.Dispose();
    }

    [Fact]
    public async Task While_all_places_are_taken_others_are_refused_before_their_bodies_are_read()
    {
        (Task<HttpResponseMessage> first, Task<HttpResponseMessage> second) = await FillAsync();
        foreach (string path in (string[])[Path, Path, Path, "/hf/default", "/v2/models/default/infer"])
        {
            using EndlessBody body = new();
            HttpResponseMessage refused = await PostAsync(path, body);
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.Equal(1, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            if (path == Path) await refused.ProblemAsync(503, "queue-full");
        }

        _host.Loader.Open.Set();
        Assert.Equal((200, 200), ((int)(await first).StatusCode, (int)(await second).StatusCode));
    }

    [Fact]
    public async Task Alignments_are_refused_before_their_bodies_are_read_too()
    {
        WorkGate gate = _host.Services.GetRequiredService<WorkGates>().Alignments;
        CancellationToken stop = TestContext.Current.CancellationToken;
        List<Task<IDisposable>> all = [.. Enumerable.Range(0, 18).Select(_ => gate.EnterAsync(stop))];
        using EndlessBody body = new("multipart/form-data; boundary=b");
        await (await PostAsync("/api/v1/alignments", body)).ProblemAsync(503, "queue-full");
        foreach (Task<IDisposable> one in all) (await one).Dispose();
    }

    [Fact]
    public async Task Who_goes_away_leaves_the_queue_at_once()
    {
        using CancellationTokenSource gone = new();
        await FillAsync(gone.Token);
        await gone.CancelAsync();
        Assert.Equal(0, await Eventually.Get(() => Gate.Waiting, w => w == 0));
        Assert.Equal(1, Gate.Active);

        Task<HttpResponseMessage> next = SegmentAsync();
        await Eventually.Get(() => Gate.Waiting, w => w == 1);
        _host.Loader.Open.Set();
        Assert.Equal(200, (int)(await next).StatusCode);
    }

    [Fact]
    public async Task Who_goes_away_during_the_work_frees_its_place_after_the_present_step()
    {
        using CancellationTokenSource gone = new();
        _host.PublishDefault();
        _host.Loader.Open.Reset();
        Task<HttpResponseMessage> first = SegmentAsync(gone.Token);
        await Eventually.Get(() => _host.Loader.Loads, loads => loads == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, Gate.Active); // the model is still being loaded

        _host.Loader.Open.Set();
        Assert.Equal(0, await Eventually.Get(() => Gate.Active, a => a == 0));
    }

    [Fact]
    public async Task Time_outs_answer_the_one_that_waits_and_the_one_that_works_and_both_places_are_free_again()
    {
        _host.Settings["UdaSeg:Limits:RequestSeconds"] = "1";
        (Task<HttpResponseMessage> first, Task<HttpResponseMessage> second) = await FillAsync();
        await (await first).ProblemAsync(504, "timed-out");
        await (await second).ProblemAsync(504, "timed-out");
        Assert.Equal((1, 0), (Gate.Active, Gate.Waiting)); // native code cannot be stopped, and another must not come on top of it

        _host.Loader.Open.Set();
        Assert.Equal(0, await Eventually.Get(() => Gate.Active, a => a == 0));
        Assert.Equal(200, (int)(await SegmentAsync()).StatusCode);
    }

    [Fact]
    public async Task A_body_that_never_ends_is_timed_out_without_ever_having_had_a_place()
    {
        _host.Settings["UdaSeg:Limits:RequestSeconds"] = "1";
        _host.PublishDefault();
        using EndlessBody body = new();
        Task<HttpResponseMessage> slow = PostAsync(Path, body);
        Assert.Equal(200, (int)(await SegmentAsync()).StatusCode);
        await (await slow).ProblemAsync(504, "timed-out");
    }

    /// <summary>One works and one waits.</summary>
    private async Task<(Task<HttpResponseMessage> First, Task<HttpResponseMessage> Second)> FillAsync(CancellationToken second = default)
    {
        _host.PublishDefault();
        _host.Loader.Open.Reset();
        Task<HttpResponseMessage> works = SegmentAsync();
        await Eventually.Get(() => _host.Loader.Loads, loads => loads == 1);
        Task<HttpResponseMessage> waits = SegmentAsync(second);
        await Eventually.Get(() => Gate.Waiting, waiting => waiting == 1);
        return (works, waits);
    }

    /// <summary>By a client that does not read the body before it sends it, as those do that follow redirections.</summary>
    private Task<HttpResponseMessage> PostAsync(string path, HttpContent body) =>
        _host.CreateDefaultClient().PostAsync(path, body, TestContext.Current.CancellationToken);

    private Task<HttpResponseMessage> SegmentAsync(CancellationToken cancel = default) =>
        _host.CreateClient().PostAsync(Path, ResourceHost.Image(ResourceHost.Png()), cancel);
}
