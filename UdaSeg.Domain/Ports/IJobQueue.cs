namespace UdaSeg.Domain.Ports;

/// <summary>Work that outlives its request. Jobs carry an id only; the tables hold the truth.</summary>
public interface IJobQueue
{
    void EnqueueRun(Guid runId);

    void EnqueueValidation(Guid datasetId);

    /// <summary>Makes the files of a data set that is derived from another; its validation follows by itself.</summary>
    void EnqueueAlignment(Guid datasetId);

    void EnqueueEvaluation(Guid evaluationId);
}
