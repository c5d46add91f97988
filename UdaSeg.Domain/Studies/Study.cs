using System.Text.Json;

namespace UdaSeg.Domain.Studies;

/// <summary>A comparison: each arm is trained under each seed, and all else is equal. Never changes; what has become of it is told by its runs.</summary>
public sealed record Study
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Of <see cref="StudyTemplates"/>, if the arms came from there.</summary>
    public string? Template { get; init; }

    public required StudyBase Base { get; init; }

    public required IReadOnlyList<long> Seeds { get; init; }

    public required IReadOnlyList<StudyArm> Arms { get; init; }

    /// <summary>What a reader of the figures should know, as seen at submission.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What all runs of a study have in common.</summary>
/// <param name="Source">Labelled data sets, trained on together.</param>
/// <param name="Target">The data set that is adapted to.</param>
/// <param name="Evaluation">The labelled data set that the arms are compared on.</param>
/// <param name="LabelSpace">That the runs train in.</param>
/// <param name="Preset">That the options override.</param>
/// <param name="Options">Of every arm, unless the arm has its own; null for none.</param>
public sealed record StudyBase(
    IReadOnlyList<Guid> Source, Guid Target, Guid Evaluation, string LabelSpace, string Preset, JsonElement? Options = null);

/// <param name="Name">Unique within the study.</param>
/// <param name="Options">Over the base's; null for none.</param>
/// <param name="Runs">One for each of the study's seeds, in their order.</param>
public sealed record StudyArm(string Name, JsonElement? Options, IReadOnlyList<Guid> Runs);
