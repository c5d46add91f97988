using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Reading;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>
/// One thread that feeds an engine: requests decode and encode on their own threads meanwhile. Images of equal size that wait together go through in one
/// batch, where that pays.
/// </summary>
internal sealed class EngineQueue : IDisposable
{
    private readonly IInferenceEngine _engine;
    private readonly int _maxBatch;
    private readonly LinkedList<Job> _waiting = new();
    private readonly Thread _thread;
    private bool _stopping;

    /// <param name="engine">Disposed with the queue.</param>
    /// <param name="maxBatch">Images at a time, at least 1.</param>
    public EngineQueue(IInferenceEngine engine, int maxBatch)
    {
        (_engine, _maxBatch) = (engine, maxBatch);
        _thread = new Thread(Work) { IsBackground = true, Name = $"engine {engine.Name}" };
        _thread.Start();
    }

    /// <summary>Images whose turn has not come.</summary>
    public int Waiting
    {
        get
        {
            lock (_waiting) return _waiting.Count;
        }
    }

    /// <summary>Waits for its turn and for the result, which the caller disposes.</summary>
    public LogitShare Run(RgbImage image)
    {
        using var job = new Job(image);
        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _waiting.AddLast(job);
            Monitor.Pulse(_waiting);
        }

        return job.Wait();
    }

    public void Dispose()
    {
        lock (_waiting)
        {
            _stopping = true;
            Monitor.Pulse(_waiting);
        }

        _thread.Join();
        _engine.Dispose();
    }

    private void Work()
    {
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                LogitGrid grid = _engine.Run([.. batch.Select(job => job.Image)]);
                var users = new Users(batch.Count);
                for (int i = 0; i < batch.Count; i++) batch[i].Finish(new LogitShare(grid, i, users));
            }
            catch (Exception fault)
            {
                foreach (Job job in batch) job.Fail(fault);
            }
        }
    }

    /// <summary>The first that waits, and others of its size; none when the queue stops.</summary>
    private List<Job> Next()
    {
        lock (_waiting)
        {
            while (_waiting.First is null)
            {
                if (_stopping) return [];
                Monitor.Wait(_waiting);
            }

            var batch = new List<Job>(_maxBatch);
            (int width, int height) = (_waiting.First.Value.Image.Width, _waiting.First.Value.Image.Height);
            for (LinkedListNode<Job>? node = _waiting.First; node is not null && batch.Count < _maxBatch;)
            {
                LinkedListNode<Job>? after = node.Next;
                if ((node.Value.Image.Width, node.Value.Image.Height) == (width, height))
                {
                    batch.Add(node.Value);
                    _waiting.Remove(node);
                }

                node = after;
            }

            return batch;
        }
    }

    /// <summary>How many still use a grid.</summary>
    internal sealed class Users(int count)
    {
        private int _count = count;

        public bool Leave() => Interlocked.Decrement(ref _count) == 0;
    }

    private sealed class Job(RgbImage image) : IDisposable
    {
        private readonly ManualResetEventSlim _done = new(false, spinCount: 0); // the thread that computes needs the processor
        private LogitShare? _result;
        private Exception? _fault;

        public RgbImage Image { get; } = image;

        public void Finish(LogitShare result)
        {
            _result = result;
            _done.Set();
        }

        public void Fail(Exception fault)
        {
            _fault = fault;
            _done.Set();
        }

        public LogitShare Wait()
        {
            _done.Wait();
            return _result ?? throw new EngineFaultException(_fault!);
        }

        public void Dispose() => _done.Dispose();
    }
}

/// <summary>One image's part of a batch's logits; the buffer is free when all parts are disposed.</summary>
internal sealed class LogitShare(LogitGrid grid, int index, EngineQueue.Users users) : IDisposable
{
    public LogitGrid Grid { get; } = grid;

    /// <summary>Of the image in the grid.</summary>
    public int Index { get; } = index;

    public void Dispose()
    {
        if (users.Leave()) Grid.Dispose();
    }
}

/// <summary>The engine failed on a batch; the cause is inside.</summary>
internal sealed class EngineFaultException(Exception cause) : Exception(cause.Message, cause);
