using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using UdaSeg.Api.Observability;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>A run's history as Server-Sent Events: first what was missed, then what comes, until the run has ended.</summary>
internal sealed class RunEventStream(RunStore runs, RunEventLog events, ServerStopping server, TimeProvider clock, ServiceMeter meter)
{
    private const int Batch = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(2);

    // Proxies cut silent connections after a minute or less; clients pass unknown kinds over.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <returns>Whether a client that has seen everything up to <paramref name="since"/> has anything to wait for.</returns>
    public async Task<bool> HasMoreAsync(Guid run, long since, CancellationToken cancel) =>
        !(await runs.GetAsync(run, cancel)).Status.IsTerminal() || (await events.ReadAsync(run, since, 1, cancel)).Count > 0;

    public async IAsyncEnumerable<SseItem<JsonElement>> ReadAsync(Guid run, long since, [EnumeratorCancellation] CancellationToken cancel)
    {
        meter.StreamOpened();
        try
        {
            await foreach (SseItem<JsonElement> item in FollowAsync(run, since, cancel)) yield return item;
        }
        finally
        {
            meter.StreamClosed();
        }
    }

    private async IAsyncEnumerable<SseItem<JsonElement>> FollowAsync(Guid run, long since, [EnumeratorCancellation] CancellationToken cancel)
    {
        long last = clock.GetTimestamp();
        while (true)
        {
            // The status is read before the events: a status and its event are written together, so no event can follow a batch read after the end.
            bool ended = await runs.FindAsync(run, cancel) is not { } now || now.Status.IsTerminal();
            IReadOnlyList<RunEvent> found = await events.ReadAsync(run, since, Batch, cancel);
            foreach (RunEvent happened in found)
            {
                since = happened.Sequence;
                string id = happened.Sequence.ToString(CultureInfo.InvariantCulture);
                yield return new SseItem<JsonElement>(happened.Data, happened.Kind) { EventId = id, ReconnectionInterval = Reconnect };
            }

            if (found.Count == Batch) continue;
            if (ended || server.Token.IsCancellationRequested) yield break; // an open stream would hold the server up; clients come back
            if (found.Count > 0) last = clock.GetTimestamp();
            if (clock.GetElapsedTime(last) > KeepAlive)
            {
                last = clock.GetTimestamp();
                yield return new SseItem<JsonElement>(JsonElement.Parse("{}"), "keepAlive");
            }

            await Task.Delay(Poll, clock, cancel);
        }
    }
}
