using System.Diagnostics;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>
/// Makes batches ahead on plain threads and hands them out in order. At most <c>depth</c> are held; a fault in a thread is thrown to the consumer.
/// </summary>
internal sealed class BatchStream : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _room;
    private readonly SemaphoreSlim _ready = new(0);
    private readonly Dictionary<int, Batch> _made = [];
    private readonly Func<int, Batch> _make;
    private readonly int _end;
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _stop = new();
    private Exception? _fault;
    private int _next;
    private int _wanted;

    /// <param name="make">A pure function of the iteration; called on several threads.</param>
    /// <param name="begin">First iteration.</param>
    /// <param name="end">One past the last.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="depth">Batches held at most, at least <paramref name="threads"/>.</param>
    public BatchStream(Func<int, Batch> make, int begin, int end, int threads = 1, int depth = 4)
    {
        (_make, _next, _wanted, _end) = (make, begin, begin, end);
        _room = new SemaphoreSlim(Math.Max(depth, threads));
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(Run) { IsBackground = true, Name = $"batch-{i}" })];
        foreach (Thread thread in _threads) thread.Start();
    }

    /// <summary>How long <see cref="Next"/> waited in all.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The batch of the next iteration, in order.</summary>
    public Batch Next(CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            lock (_gate)
            {
                if (_fault is { } fault) throw new BatchFaultException(fault);
                if (_made.Remove(_wanted, out Batch? batch))
                {
                    _wanted++;
                    _room.Release();
                    Waited += Stopwatch.GetElapsedTime(start);
                    return batch;
                }
            }

            _ready.Wait(cancel);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (Thread thread in _threads) thread.Join();
        _stop.Dispose();
        _room.Dispose();
        _ready.Dispose();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                // Room is taken before the number is drawn: the lowest numbers are always the ones in work, so the consumer never starves.
                _room.Wait(_stop.Token);
                int iteration = Interlocked.Increment(ref _next) - 1;
                if (iteration >= _end) return;
                Batch batch = _make(iteration);
                lock (_gate) _made[iteration] = batch;
                _ready.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (Exception fault)
        {
            lock (_gate) _fault ??= fault;
            _ready.Release();
        }
    }
}

/// <summary>A batch could not be made; the cause is inside.</summary>
internal sealed class BatchFaultException(Exception cause) : Exception(cause.Message, cause);
