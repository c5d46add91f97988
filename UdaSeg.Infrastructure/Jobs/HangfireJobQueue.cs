using Hangfire;
using Hangfire.States;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Jobs carry an id only. The token is a placeholder that Hangfire replaces by one that fires when the server stops.</summary>
internal sealed class HangfireJobQueue(IBackgroundJobClient client) : IJobQueue
{
    public void EnqueueRun(Guid runId) =>
        client.Create<RunSupervisor>(job => job.Run(runId, CancellationToken.None), new EnqueuedState(JobQueues.Training));

    public void EnqueueValidation(Guid datasetId) =>
        client.Create<ValidationJob>(job => job.Run(datasetId, CancellationToken.None), new EnqueuedState(JobQueues.Light));

    public void EnqueueEvaluation(Guid evaluationId) =>
        client.Create<EvaluationSupervisor>(job => job.Run(evaluationId, CancellationToken.None), new EnqueuedState(JobQueues.Light));
}
