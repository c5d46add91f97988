using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.Evaluations;

/// <summary>An evaluation, with its figures once it has succeeded. Shares and IoUs are 0..1.</summary>
public sealed record EvaluationResponse
{
    public required Guid Id { get; init; }

    public required EvaluationStatus Status { get; init; }

    /// <summary>Null for one that a run took of a model which no checkpoint holds.</summary>
    public required Guid? Checkpoint { get; init; }

    public required Guid Dataset { get; init; }

    public required EvaluationOptions Options { get; init; }

    public required string? Subset { get; init; }

    /// <summary>0..1.</summary>
    public required double Progress { get; init; }

    /// <summary>Of the run that took it on its way.</summary>
    public Guid? Run { get; init; }

    public int? Stage { get; init; }

    public long? Iteration { get; init; }

    /// <summary>Mean IoU over the classes that occur in the ground truth; of the <c>subset</c> alone if one was named.</summary>
    public double? Miou { get; init; }

    /// <summary>Mean IoU over all classes that occur in the ground truth, whatever the subset.</summary>
    public double? MiouOfAll { get; init; }

    /// <summary>mIoU over each named subset.</summary>
    public IReadOnlyDictionary<string, double?>? Subsets { get; init; }

    public IReadOnlyList<ClassScore>? PerClass { get; init; }

    /// <summary>Rows ground truth, columns prediction, in pixels.</summary>
    public IReadOnlyList<IReadOnlyList<long>>? Confusion { get; init; }

    public double? MeanConfidence { get; init; }

    /// <summary>Classes without a ground-truth pixel.</summary>
    public IReadOnlyList<string>? AbsentClasses { get; init; }

    /// <summary>The images with the lowest mIoU, worst first.</summary>
    public IReadOnlyList<ImageScore>? Worst { get; init; }

    /// <summary><c>oracle</c> when target labels chose the model's iteration: then these figures are no measure of unsupervised adaptation. Else null.</summary>
    public ModelSelection? Selection { get; init; }

    public RunFailure? Failure { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    internal static EvaluationResponse Of(EvaluationRecord e) => new()
    {
        Id = e.Id,
        Status = e.Status,
        Checkpoint = e.Checkpoint,
        Dataset = e.Dataset,
        Options = e.Options,
        Subset = e.Subset,
        Progress = e.Progress,
        Run = e.Run,
        Stage = e.Stage,
        Iteration = e.Iteration,
        Miou = e.Report is { } report && e.Subset is { } subset ? report.Subsets.GetValueOrDefault(subset) : e.Report?.Miou,
        MiouOfAll = e.Report?.Miou,
        Subsets = e.Report?.Subsets,
        PerClass = e.Report?.PerClass,
        Confusion = e.Report?.Confusion,
        MeanConfidence = e.Report?.MeanConfidence,
        AbsentClasses = e.Report?.AbsentClasses,
        Worst = e.Report?.Worst,
        Selection = e.Report?.Selection,
        Failure = e.Failure,
        CreatedAt = e.CreatedAt,
        StartedAt = e.StartedAt,
        EndedAt = e.EndedAt,
    };
}
