using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Persistence;

// A row is what queries need (keys, status, order, foreign ids, a version token) beside Body: the JSON of the immutable domain record, which is the
// truth. Times are UTC ticks, because one provider cannot sort offsets and the other refuses them.

/// <summary>A row that lists show newest first.</summary>
internal interface IListedRow
{
    Guid Id { get; }

    long CreatedAt { get; }
}

internal sealed class DatasetRow : IListedRow
{
    public required Guid Id { get; init; }

    public required string Name { get; set; }

    public required DatasetStatus Status { get; set; }

    public required long CreatedAt { get; init; }

    public required string Body { get; set; }

    public int Version { get; set; }
}

internal sealed class LabelSpaceRow
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required long CreatedAt { get; init; }

    public required string Body { get; init; }
}

internal sealed class RunRow : IListedRow
{
    public required Guid Id { get; init; }

    public required string Name { get; set; }

    public required RunStatus Status { get; set; }

    public required Guid Target { get; init; }

    public required long CreatedAt { get; init; }

    public required string Body { get; set; }

    public int Version { get; set; }
}

internal sealed class RunEventRow
{
    public required Guid RunId { get; init; }

    /// <summary>1, 2, 3… within the run.</summary>
    public required long Sequence { get; init; }

    public required string Kind { get; init; }

    public required string Data { get; init; }

    public required long At { get; init; }
}

internal sealed class CheckpointRow : IListedRow
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public Guid? RunId { get; init; }

    public int? Stage { get; init; }

    public long? Iteration { get; init; }

    public required long CreatedAt { get; init; }

    public required string Body { get; init; }
}

internal sealed class AliasRow
{
    public required string Name { get; init; }

    public required Guid CheckpointId { get; set; }

    public required long UpdatedAt { get; set; }

    public int Version { get; set; }
}

internal sealed class EvaluationRow : IListedRow
{
    public required Guid Id { get; init; }

    public required EvaluationStatus Status { get; set; }

    public Guid? CheckpointId { get; init; }

    public required Guid DatasetId { get; init; }

    public Guid? RunId { get; init; }

    public required long CreatedAt { get; init; }

    public required string Body { get; set; }

    public int Version { get; set; }
}
