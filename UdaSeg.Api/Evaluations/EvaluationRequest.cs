using System.Text.Json.Serialization;
using UdaSeg.Domain.Evaluation;

namespace UdaSeg.Api.Evaluations;

/// <summary>A measurement of a checkpoint on a labelled data set.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EvaluationRequest
{
    /// <summary>A checkpoint's id or alias.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>A labelled data set's id.</summary>
    public required Guid Dataset { get; init; }

    /// <summary>What becomes of ground truth whose class the model lacks: <c>ignore</c> (default) or <c>count</c> as wrong.</summary>
    public MissingClasses MissingClasses { get; init; } = MissingClasses.Ignore;

    /// <summary>Factors at which each image is seen; the outputs are averaged. 1 to 8 factors of 0.25 to 4; default [1].</summary>
    public IReadOnlyList<double>? Scales { get; init; }

    /// <summary>Also see each image mirrored.</summary>
    public bool Flip { get; init; }

    /// <summary>A named subset of the label space to report on.</summary>
    public string? Subset { get; init; }
}
