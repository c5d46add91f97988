using System.Net;
using System.Text;
using UdaSeg.Demo;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Demo;

/// <summary>The follower against a service that answers from a list.</summary>
public sealed class RunFollowerTests : IDisposable
{
    private readonly ScriptedService _service = new();
    private readonly HttpClient _http;
    private readonly StringWriter _output = new();

    public RunFollowerTests() => _http = new HttpClient(_service) { BaseAddress = new Uri("http://service.test") };

    [Fact]
    public async Task A_dropped_stream_is_taken_up_after_the_last_event_seen()
    {
        _service.Answers.Enqueue("id: 1\nevent: status\ndata: {\"status\":\"running\"}\n\nid: 2\nevent: log\ndata: {\"message\":\"x\"}\n\n");
        _service.Answers.Enqueue("""{"id":"r","name":"n","status":"running","checkpoints":[]}""");
        _service.Answers.Enqueue("id: 3\nevent: evaluation\ndata: {\"stage\":0,\"iteration\":1,\"miou\":0.5,\"perClass\":[]}\n\nid: 4\nevent: status\ndata: {\"status\":\"succeeded\"}\n\n");
        _service.Answers.Enqueue("""{"id":"r","name":"n","status":"succeeded","checkpoints":[{"id":"c","stage":0,"iteration":1}]}""");

        RunStory story = await FollowAsync();

        Assert.Equal([null, "2"], _service.LastEventIds);
        Assert.Equal(0.5, Assert.Single(story.Evaluations).Miou);
    }

    [Fact]
    public async Task A_failed_run_ends_the_demo_with_the_services_reason()
    {
        _service.Answers.Enqueue("id: 1\nevent: log\ndata: {\"message\":\"cannot allocate\"}\n\nid: 2\nevent: status\ndata: {\"status\":\"failed\"}\n\n");
        _service.Answers.Enqueue("""{"id":"r","name":"n","status":"failed","failure":{"code":"out-of-memory","message":"Use a smaller crop."},"checkpoints":[]}""");
        DemoFailure failure = await Assert.ThrowsAsync<DemoFailure>(FollowAsync);
        Assert.Equal("The run 'test' failed. Use a smaller crop.\ncannot allocate", failure.Message);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_services_words()
    {
        _service.Status = HttpStatusCode.UnprocessableEntity;
        _service.Answers.Enqueue("""{"title":"Unusable","detail":"The plan is out of range.","code":"plan-out-of-range","errors":{"stages":["At most 20."]}}""");
        DemoFailure failure = await Assert.ThrowsAsync<DemoFailure>(() => new UdaSegClient(_http).GetRunAsync("r", TestContext.Current.CancellationToken));
        Assert.Equal("GET /api/v1/training-runs/r was answered 422. plan-out-of-range: The plan is out of range.\n  stages: At most 20.", failure.Message);
    }

    public void Dispose()
    {
        _http.Dispose();
        _service.Dispose();
    }

    private Task<RunStory> FollowAsync()
    {
        var bar = new ProgressBar(_output, live: false, () => 80, TimeProvider.System);
        var run = new RunAnswer("r", "n", RunStatus.Queued, null, []);
        return new RunFollower(new UdaSegClient(_http), bar, TimeSpan.Zero).FollowAsync(run, "test", 0, TestContext.Current.CancellationToken);
    }

    private sealed class ScriptedService : HttpMessageHandler
    {
        public Queue<string> Answers { get; } = new();

        public List<string?> LastEventIds { get; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/events", StringComparison.Ordinal))
            {
                LastEventIds.Add(request.Headers.TryGetValues("Last-Event-ID", out IEnumerable<string>? ids) ? ids.Single() : null);
            }

            return Task.FromResult(new HttpResponseMessage(Status) { Content = new StringContent(Answers.Dequeue(), Encoding.UTF8, "application/json"), RequestMessage = request });
        }
    }
}
