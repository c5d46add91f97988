using System.Text.Json;
using System.Text.Json.Serialization;
using UdaSeg.Api.TrainingRuns;

namespace UdaSeg.Api.Studies;

/// <summary>A comparison to make: one training run for each arm and seed, and all else equal.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StudyRequest
{
    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What all runs have in common.</summary>
    public required StudyBaseRequest Base { get; init; }

    /// <summary>1 to 32 arms; or a <see cref="Template"/> in their place.</summary>
    public IReadOnlyList<StudyArmRequest>? Arms { get; init; }

    /// <summary>Ready arms, of the paper: <c>tables</c> (1 and 2), <c>table3</c> or <c>table4</c>. <c>GET /study-templates</c> shows them.</summary>
    public string? Template { get; init; }

    /// <summary>1 to 16 different seeds; each arm is trained under each. Three or more tell how far apart two runs of one arm lie.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }
}

/// <summary>What all runs of a study have in common; members as in a training run.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StudyBaseRequest
{
    /// <summary>A labelled data set's id, or a list of ids to train on together.</summary>
    [JsonConverter(typeof(OneOrManyIdsConverter))]
    public required IReadOnlyList<Guid> Source { get; init; }

    /// <summary>The data set to adapt to. Its labels, if it has any, are never read.</summary>
    public required Guid Target { get; init; }

    /// <summary>The labelled data set that the arms are compared on; a study cannot do without.</summary>
    public Guid? Evaluation { get; init; }

    /// <summary>Accept an evaluation set that shares images with a labelled source set; it is a warning of every run then.</summary>
    public bool AllowLeakage { get; init; }

    /// <summary>Default: the source's.</summary>
    public string? LabelSpace { get; init; }

    /// <summary><c>paper</c> (default), <c>small</c> or <c>tiny</c>.</summary>
    public string? Preset { get; init; }

    /// <summary>Overrides the preset in every arm; <c>GET /training-presets</c> lists the names.</summary>
    public JsonElement? Options { get; init; }
}

/// <summary>What is compared with the other arms.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StudyArmRequest
{
    /// <summary>1 to 60 characters, unique within the study.</summary>
    public required string Name { get; init; }

    /// <summary>Overrides the base's options, member by member at any depth; null stands for null. The seed goes over both.</summary>
    public JsonElement? Options { get; init; }
}
