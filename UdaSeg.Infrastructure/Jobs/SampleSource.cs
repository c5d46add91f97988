using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>From ids in the tables to the files that a trainer or an evaluator reads.</summary>
internal sealed class SampleSource(DatasetStore datasets, LabelSpaceStore spaces, CheckpointStore checkpoints, OwnedDatasets owned)
{
    /// <summary>Every file is read once to see that it is the one that was validated; a data set that is used twice only once.</summary>
    /// <exception cref="RuleViolationException">
    /// <c>dataset-changed</c>; or a data set or label space is gone, or has no usable sample any more.
    /// </exception>
    /// <exception cref="DatasetTransferException">A data set's files, which another host made, could not be fetched. Worth another try.</exception>
    public TrainingJob JobOf(TrainingRun run, CancellationToken cancel = default)
    {
        var sets = new Dictionary<Guid, IReadOnlyList<SampleRef>>();
        IReadOnlyList<SampleRef> Of(Guid id) => sets.TryGetValue(id, out IReadOnlyList<SampleRef>? known) ? known : sets[id] = List(Find(id), cancel);

        bool alone = run.Source.Count == 1;
        List<SampleRef> source =
            [.. run.Source.SelectMany((id, i) => Labelled(id, Of(id)).Select(s => alone ? s : s with { Name = $"{i}/{s.Name}", Set = i }))];

        // Target labels, if there are any, never reach the trainer.
        List<SampleRef> target = [.. Of(run.Target).Select(s => s with { LabelPath = null })];
        IReadOnlyList<SampleRef> evaluation = run.Evaluation is { } id ? Labelled(id, Of(id)) : [];
        return new TrainingJob(run.Id, run.Name, run.Plan, Space(run.LabelSpace), source, target, evaluation);
    }

    /// <exception cref="RuleViolationException">As <see cref="JobOf(TrainingRun, CancellationToken)"/>; also when the checkpoint is gone.</exception>
    public EvaluationJob JobOf(EvaluationRecord evaluation, CancellationToken cancel = default)
    {
        if (evaluation.Checkpoint is not { } id || checkpoints.Find(id) is not { } checkpoint) throw Gone("unknown-checkpoint", "The checkpoint is gone.");
        Dataset dataset = Find(evaluation.Dataset);
        return new EvaluationJob(evaluation.Id, checkpoint, Labelled(dataset.Id, List(dataset, cancel)), Space(dataset.LabelSpace), evaluation.Options);
    }

    private List<SampleRef> Labelled(Guid id, IReadOnlyList<SampleRef> samples)
    {
        List<SampleRef> labelled = [.. samples.Where(s => s.LabelPath is not null)];
        return labelled.Count > 0 ? labelled : throw Gone("dataset-empty", $"The data set '{Find(id).Name}' has no labelled image any more.");
    }

    private Dataset Find(Guid id) => datasets.Find(id) ?? throw Gone("unknown-dataset", $"The data set {id} is gone.");

    private IReadOnlyList<SampleRef> List(Dataset dataset, CancellationToken cancel)
    {
        try
        {
            IReadOnlyList<SampleRef> samples = FolderDatasetReader.Samples(owned.Here(dataset, cancel));
            if (samples.Count == 0) throw Gone("dataset-empty", $"The data set '{dataset.Name}' has no image any more.");
            DatasetContent.RequireUnchanged(dataset, samples, cancel);
            return samples;
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
