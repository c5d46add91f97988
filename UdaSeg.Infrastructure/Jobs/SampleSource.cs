using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>From ids in the tables to the files that a trainer or an evaluator reads.</summary>
internal sealed class SampleSource(DatasetStore datasets, LabelSpaceStore spaces, CheckpointStore checkpoints)
{
    /// <exception cref="RuleViolationException">When a data set or label space is gone, or has no usable sample any more.</exception>
    public TrainingJob JobOf(TrainingRun run)
    {
        List<SampleRef> source = [.. run.Source.SelectMany((id, i) => Labelled(id).Select(s => run.Source.Count == 1 ? s : s with { Name = $"{i}/{s.Name}", Set = i }))];

        // Target labels, if there are any, never reach the trainer.
        List<SampleRef> target = [.. List(run.Target).Samples.Select(s => s with { LabelPath = null })];
        IReadOnlyList<SampleRef> evaluation = run.Evaluation is { } id ? Labelled(id) : [];
        return new TrainingJob(run.Id, run.Name, run.Plan, Space(run.LabelSpace), source, target, evaluation);
    }

    /// <exception cref="RuleViolationException">As <see cref="JobOf(TrainingRun)"/>; also when the checkpoint is gone.</exception>
    public EvaluationJob JobOf(EvaluationRecord evaluation)
    {
        if (evaluation.Checkpoint is not { } id || checkpoints.Find(id) is not { } checkpoint) throw Gone("unknown-checkpoint", "The checkpoint is gone.");
        (Dataset dataset, _) = List(evaluation.Dataset);
        return new EvaluationJob(checkpoint, Labelled(evaluation.Dataset), Space(dataset.LabelSpace), evaluation.Options);
    }

    private List<SampleRef> Labelled(Guid id)
    {
        (Dataset dataset, IReadOnlyList<SampleRef> samples) = List(id);
        List<SampleRef> labelled = [.. samples.Where(s => s.LabelPath is not null)];
        return labelled.Count > 0 ? labelled : throw Gone("dataset-empty", $"The data set '{dataset.Name}' has no labelled image any more.");
    }

    private (Dataset Dataset, IReadOnlyList<SampleRef> Samples) List(Guid id)
    {
        Dataset dataset = datasets.Find(id) ?? throw Gone("unknown-dataset", $"The data set {id} is gone.");
        try
        {
            IReadOnlyList<SampleRef> samples = FolderDatasetReader.Samples(dataset);
            return samples.Count > 0 ? (dataset, samples) : throw Gone("dataset-empty", $"The data set '{dataset.Name}' has no image any more.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RuleViolationException(RuleKind.Unusable, "dataset-unreadable", $"The files of the data set '{dataset.Name}' cannot be read.",
                inner: fault);
        }
    }

    private LabelSpace Space(string id) => spaces.Find(id) ?? throw Gone("unknown-label-space", $"The label space '{id}' is gone.");

    private static RuleViolationException Gone(string code, string message) => new(RuleKind.Unusable, code, message);
}
