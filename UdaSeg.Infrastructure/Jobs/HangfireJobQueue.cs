using Hangfire;
using Hangfire.States;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Jobs carry an id only.</summary>
internal sealed class HangfireJobQueue(IBackgroundJobClient client) : IJobQueue
{
    public void EnqueueRun(Guid runId) =>
        client.Create<RunSupervisor>(job => job.Run(runId), new EnqueuedState(JobQueues.Training));

    public void EnqueueValidation(Guid datasetId) =>
        client.Create<ValidationJob>(job => job.Run(datasetId), new EnqueuedState(JobQueues.Light));

    public void EnqueueAlignment(Guid datasetId) =>
        client.Create<AlignmentJob>(job => job.Run(datasetId), new EnqueuedState(JobQueues.Alignment));

    public void EnqueueEvaluation(Guid evaluationId) =>
        client.Create<EvaluationSupervisor>(job => job.Run(evaluationId), new EnqueuedState(JobQueues.Light));
}
