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

    /// <summary>See each image through overlapping windows instead of whole; null: whole.</summary>
    public SlidingWindowRequest? SlidingWindow { get; init; }

    /// <summary>A named subset of the classes, of the data set's or the model's label space, that the headline <c>miou</c> is taken over.</summary>
    public string? Subset { get; init; }
}

/// <summary>Windows over an image; probabilities are averaged where they overlap.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SlidingWindowRequest
{
    /// <summary>32 to 8192 pixels of the scaled image. An image that is smaller is seen whole.</summary>
    public required int Width { get; init; }

    /// <summary>32 to 8192 pixels of the scaled image.</summary>
    public required int Height { get; init; }

    /// <summary>Pixels from window to window: an eighth of the longer side to the whole shorter side. Null: two thirds of each side.</summary>
    public int? Stride { get; init; }
}
