using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace UdaSeg.Client;

public partial class UdaSegClient
{
    private const int NothingToCome = 204;
    private const string KeepAlive = "keepAlive";

    /// <summary>Before a stream that brought nothing is opened again.</summary>
    private static readonly TimeSpan EmptyPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A run's events as they come, until the run has ended; the data of each are JSON. A stream that breaks off is taken up after its last event. When the
    /// service cannot be reached any more, that is an <see cref="HttpRequestException"/>: the last event's id is where another call goes on.
    /// </summary>
    /// <param name="id">The run.</param>
    /// <param name="lastEventId">What came after it is sent; null: everything from the start.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<SseItem<string>> FollowTrainingRunAsync(
        Guid id, string? lastEventId = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await EventsAfterAsync(id, lastEventId, cancellationToken).ConfigureAwait(false) is { } answer)
        {
            using FileResponse open = answer;
            IAsyncEnumerator<SseItem<string>> items = SseParser.Create(open.Stream).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using ConfiguredAsyncDisposable disposed = items.ConfigureAwait(false);
            string? before = lastEventId;
            while (await NextAsync(items).ConfigureAwait(false))
            {
                lastEventId = items.Current.EventId ?? lastEventId;
                if (items.Current.EventType != KeepAlive) yield return items.Current;
            }

            if (lastEventId == before) await Task.Delay(EmptyPause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>Null when there is nothing more to come.</returns>
    private async Task<FileResponse?> EventsAfterAsync(Guid id, string? last, CancellationToken cancel)
    {
        try
        {
            return await StreamTrainingRunEventsAsync(id, last, cancel).ConfigureAwait(false);
        }
        catch (UdaSegException end) when (end.StatusCode == NothingToCome)
        {
            return null;
        }
    }

    /// <returns>Whether there is another item; none when the connection broke.</returns>
    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> items)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
