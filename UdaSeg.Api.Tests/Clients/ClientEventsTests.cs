using System.Net.ServerSentEvents;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Client;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Clients;

public sealed class ClientEventsTests : IAsyncLifetime
{
    private readonly ApiFactory _api = new();
    private readonly TrainingRun _run = Samples.Run();

    public ValueTask InitializeAsync()
    {
        Ledger.Submit(_run);
        Ledger.Write(_run.Id, r => r.Start(Samples.Now));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    private RunLedger Ledger => _api.Service<RunLedger>();

    [Fact]
    public async Task A_run_is_followed_to_its_end()
    {
        var seen = new List<SseItem<string>>();
        await foreach (SseItem<string> item in new UdaSegClient(_api.CreateClient()).FollowTrainingRunAsync(_run.Id))
        {
            seen.Add(item);
            if (seen.Count == 2) Ledger.Write(_run.Id, r => r.Succeed(Samples.Now)); // while the client listens
        }

        Assert.Equal(["1", "2", "3"], seen.Select(i => i.EventId));
        Assert.Contains("succeeded", seen[^1].Data);
    }

    [Fact]
    public async Task What_was_seen_before_is_not_seen_again()
    {
        Ledger.Write(_run.Id, r => r.Succeed(Samples.Now));
        List<SseItem<string>> rest = await new UdaSegClient(_api.CreateClient()).FollowTrainingRunAsync(_run.Id, "2").ToListAsync();
        Assert.Equal(["3"], rest.Select(i => i.EventId));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_taken_up_after_its_last_event()
    {
        Ledger.Write(_run.Id, r => r.Succeed(Samples.Now));
        using HttpClient http = _api.CreateDefaultClient(new Cutting());
        Assert.Equal(["1", "2", "3"], await new UdaSegClient(http).FollowTrainingRunAsync(_run.Id).Select(i => i.EventId).ToListAsync());
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_a_problem()
    {
        IAsyncEnumerable<SseItem<string>> none = new UdaSegClient(_api.CreateClient()).FollowTrainingRunAsync(Guid.NewGuid());
        UdaSegException refused = await Assert.ThrowsAsync<UdaSegException<Problem>>(async () => await none.ToListAsync());
        Assert.Equal("run-not-found", refused.Code);
    }

    /// <summary>Every answer breaks off after its first event.</summary>
    private sealed class Cutting : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage answer = await base.SendAsync(request, cancellationToken);
            string text = await answer.Content.ReadAsStringAsync(cancellationToken);
            int end = text.IndexOf("\n\n", StringComparison.Ordinal);
            if (end >= 0) answer.Content = new StreamContent(new Broken(System.Text.Encoding.UTF8.GetBytes(text[..(end + 2)])));
            return answer;
        }
    }

    private sealed class Broken(byte[] start) : MemoryStream(start)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and int read ? read : throw new IOException("cut");
    }
}
