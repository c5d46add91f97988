using System.Text.Json;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.Studies;

/// <summary>A study as its runs stand. mIoU and IoU are 0..1; standard deviations are those of samples (n − 1), null for a single run.</summary>
public sealed record StudyAnswer
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>That the arms come from; null for arms of the client's own.</summary>
    public required string? Template { get; init; }

    /// <summary>Of all runs together.</summary>
    public required StudyStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What all runs have in common, with defaults filled in.</summary>
    public required StudyBase Base { get; init; }

    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Arms times seeds.</summary>
    public required int RunsTotal { get; init; }

    /// <summary>Succeeded, failed or cancelled.</summary>
    public required int RunsEnded { get; init; }

    /// <summary>What a reader of the figures should know, such as images that are both trained on and measured on.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>In the order in which they were sent.</summary>
    public required IReadOnlyList<StudyArmAnswer> Arms { get; init; }

    /// <summary>Addresses of what belongs to the study.</summary>
    public required IReadOnlyDictionary<string, string> Links { get; init; }
}

/// <summary>An arm with its runs, and its row of the table.</summary>
/// <param name="Name">Unique within the study.</param>
/// <param name="Options">Over the base's; null for none.</param>
/// <param name="Runs">One for each seed.</param>
/// <param name="Miou">Over the runs that have a result; null while none has.</param>
/// <param name="Subsets">The same over each named subset of the classes.</param>
/// <param name="PerClass">Every class of the label space; <c>n</c> counts the runs in whose ground truth it is.</param>
/// <param name="Seconds">Of training, over the runs that have a result; null while none has.</param>
public sealed record StudyArmAnswer(
    string Name,
    JsonElement? Options,
    IReadOnlyList<StudyRunAnswer> Runs,
    Spread? Miou,
    IReadOnlyDictionary<string, Spread> Subsets,
    IReadOnlyList<ClassSpread> PerClass,
    Spread? Seconds);

/// <summary>One arm under one seed.</summary>
/// <param name="Run">The training run's id.</param>
/// <param name="Seed">Of its plan.</param>
/// <param name="Status">The training run's.</param>
/// <param name="Miou">Of the succeeded run's result on the evaluation set; null before.</param>
/// <param name="Checkpoint">The last one that it published; the result once it has succeeded.</param>
/// <param name="Evaluation">Where <c>miou</c> comes from.</param>
/// <param name="Failure">Of a failed run.</param>
/// <param name="Seconds">That trainers spent on the succeeded run, its evaluations with it, waiting without; null before.</param>
public sealed record StudyRunAnswer(
    Guid Run, long Seed, RunStatus Status, double? Miou, Guid? Checkpoint, Guid? Evaluation, RunFailure? Failure, double? Seconds);
