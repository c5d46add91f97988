using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Training;

namespace UdaSeg.Domain.Ports;

/// <summary>Runs a whole plan, continuing from what earlier attempts of the same run left among its outputs.</summary>
public interface ITrainer
{
    /// <summary>Synchronous; returns when the last stage's model is published.</summary>
    /// <param name="job">What is trained on what.</param>
    /// <param name="outputs">Where the run's outputs are read and published.</param>
    /// <param name="journal">Told of everything.</param>
    /// <param name="cancel">Asks for a stop.</param>
    /// <exception cref="OperationCanceledException">After a resumable checkpoint was written.</exception>
    /// <exception cref="RuleViolationException">A failure that would repeat, with a reason that a user can act on.</exception>
    void Train(TrainingJob job, IArtifactStore outputs, IRunJournal journal, CancellationToken cancel);
}

/// <param name="Evaluation">Whose outputs are kept under its id.</param>
/// <param name="Checkpoint">The model.</param>
/// <param name="Samples">Labelled images.</param>
/// <param name="LabelSpace">Of the data set.</param>
/// <param name="Options">How it is measured.</param>
public sealed record EvaluationJob(
    Guid Evaluation, Checkpoint Checkpoint, IReadOnlyList<SampleRef> Samples, LabelSpace LabelSpace, EvaluationOptions Options);

/// <summary>Measures a checkpoint against labels.</summary>
public interface IEvaluator
{
    /// <summary>Also keeps the predictions of the worst images, so that they can be looked at.</summary>
    EvaluationReport Evaluate(EvaluationJob job, IProgress<double>? progress, CancellationToken cancel);
}
