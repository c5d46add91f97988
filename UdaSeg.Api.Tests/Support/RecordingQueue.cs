using UdaSeg.Domain.Ports;

namespace UdaSeg.Api.Tests.Support;

/// <summary>Remembers what was queued, and works on nothing.</summary>
internal sealed class RecordingQueue : IJobQueue
{
    public List<Guid> Runs { get; } = [];

    public List<Guid> Validations { get; } = [];

    public List<Guid> Evaluations { get; } = [];

    public void EnqueueRun(Guid runId) => Runs.Add(runId);

    public void EnqueueValidation(Guid datasetId) => Validations.Add(datasetId);

    public List<Guid> Alignments { get; } = [];

    public void EnqueueAlignment(Guid datasetId) => Alignments.Add(datasetId);

    public void EnqueueEvaluation(Guid evaluationId) => Evaluations.Add(evaluationId);
}
