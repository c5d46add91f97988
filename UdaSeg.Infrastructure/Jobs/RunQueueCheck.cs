using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Runs that wait in the table while the job queue is empty were lost between the two (the process died after the one write and before the other): they are
/// queued again. A job too many does no harm: the lease is taken once.
/// </summary>
internal sealed class RunQueueCheck(JobStorage storage, RunStore runs, IJobQueue queue, ILogger<RunQueueCheck> log)
{
    private HashSet<Guid> _waited = [];

    public void Requeue()
    {
        Guid[] waiting = [.. runs.ListByStatus(RunStatus.Queued).Select(r => r.Id)];
        IMonitoringApi monitor = storage.GetMonitoringApi();
        bool idle = waiting.Length > 0 && monitor.EnqueuedCount(JobQueues.Training) == 0 && monitor.FetchedCount(JobQueues.Training) == 0 && monitor.ProcessingCount() == 0;
        Guid[] lost = idle ? [.. waiting.Where(_waited.Contains)] : []; // seen twice: not just on its way
        foreach (Guid run in lost)
        {
            log.LogWarning("Run {Run} waits in no queue; it is queued again", run);
            queue.EnqueueRun(run);
        }

        _waited = idle ? [.. waiting.Except(lost)] : [];
    }
}
