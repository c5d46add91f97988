using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Training;

namespace UdaSeg.Domain.Ports;

/// <summary>Runs a whole plan, continuing from what earlier attempts of the same run left in the artifact store.</summary>
public interface ITrainer
{
    /// <summary>Synchronous; returns when the last stage's model is published.</summary>
    /// <exception cref="OperationCanceledException">After a resumable checkpoint was written.</exception>
    /// <exception cref="RuleViolationException">A failure that would repeat, with a reason that a user can act on.</exception>
    void Train(TrainingJob job, IRunJournal journal, CancellationToken cancel);
}

/// <param name="Checkpoint">The model.</param>
/// <param name="Samples">Labelled images.</param>
/// <param name="LabelSpace">Of the data set.</param>
/// <param name="Options">How it is measured.</param>
public sealed record EvaluationJob(Checkpoint Checkpoint, IReadOnlyList<SampleRef> Samples, LabelSpace LabelSpace, EvaluationOptions Options);

/// <summary>Measures a checkpoint against labels.</summary>
public interface IEvaluator
{
    EvaluationReport Evaluate(EvaluationJob job, IProgress<double>? progress, CancellationToken cancel);
}
