using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Training;

namespace UdaSeg.Demo;

/// <summary>What the demo reads of the service's answers.</summary>
internal sealed record LabelSpaceAnswer(string Id);

internal sealed record DatasetAnswer(string Id, string Name, DatasetStatus Status, int Samples, int Labelled, DatasetReport? Report);

internal sealed record RunAnswer(string Id, string Name, RunStatus Status, RunFailure? Failure, IReadOnlyList<RunCheckpoint> Checkpoints);

internal sealed record RunCheckpoint(string Id, int Stage, long Iteration);

internal sealed record EvaluationAnswer(string Id, string Status, double? Miou, IReadOnlyList<ClassScore>? PerClass, RunFailure? Failure)
{
    public bool Ended => Status is "succeeded" or "failed";
}

/// <summary>What an <c>evaluation</c> event says of a stage. mIoU is 0..1; null: nothing was labelled.</summary>
internal sealed record StageEvaluation(int Stage, long Iteration, double? Miou, IReadOnlyList<ClassScore> PerClass);

internal sealed record Problem(string? Title, string? Detail, string? Code, IReadOnlyDictionary<string, string[]>? Errors)
{
    public override string ToString()
    {
        string fields = Errors is null ? "" : string.Concat(Errors.SelectMany(e => e.Value.Select(v => $"\n  {e.Key}: {v}")));
        return $"{Code ?? Title}: {Detail ?? Title}{fields}";
    }
}
