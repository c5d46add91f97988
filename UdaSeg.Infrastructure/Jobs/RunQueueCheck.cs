using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Runs that wait in the table and in no queue were lost between the two (the process died after the one write and before the other): they are queued
/// again. A job too many does no harm: the lease is taken once.
/// </summary>
internal sealed class RunQueueCheck(JobStorage storage, RunStore runs, IJobQueue queue, ILogger<RunQueueCheck> log)
{
    // Without a job at the last look. One that still waits at the next is not just on its way into the queue or out of it.
    private HashSet<Guid> _missed = [];

    public void Requeue()
    {
        IReadOnlyList<Guid> waiting = runs.ListWaiting();
        HashSet<Guid> missed = waiting.Count == 0 ? [] : [.. waiting.Except(Enqueued())];
        foreach (Guid run in missed.Where(_missed.Contains))
        {
            log.LogWarning("Run {Run} waits in no queue; it is queued again", run);
            queue.EnqueueRun(run);
        }

        _missed = missed;
    }

    private IEnumerable<Guid> Enqueued()
    {
        IMonitoringApi monitor = storage.GetMonitoringApi();
        int count = (int)monitor.EnqueuedCount(JobQueues.Training);
        return count == 0 ? [] : monitor.EnqueuedJobs(JobQueues.Training, 0, count).SelectMany(job => job.Value?.Job?.Args ?? []).OfType<Guid>();
    }
}
