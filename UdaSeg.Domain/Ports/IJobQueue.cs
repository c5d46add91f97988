namespace UdaSeg.Domain.Ports;

/// <summary>Work that outlives its request. Jobs carry an id only; the tables hold the truth.</summary>
public interface IJobQueue
{
    void EnqueueRun(Guid runId);

    void EnqueueValidation(Guid datasetId);

    void EnqueueEvaluation(Guid evaluationId);
}
