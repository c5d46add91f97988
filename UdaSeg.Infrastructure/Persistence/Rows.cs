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

    /// <summary>The one supervisor that may work on the run; null: whoever takes it first.</summary>
    public string? LeaseOwner { get; set; }

    /// <summary>Grows with each taking, and is the attempt's number. Whatever is written for the run is written under it.</summary>
    public int LeaseEpoch { get; set; }

    /// <summary>Grows while the owner lives. Whoever sees it stand still for long may take the run away.</summary>
    public long LeaseBeat { get; set; }

    public int Version { get; set; }
}

/// <summary>A published output of a run: which blob of the artifact store its name stands for. Several runs may share a blob.</summary>
internal sealed class RunOutputRow
{
    public required Guid RunId { get; init; }

    /// <summary>Within the run, such as <c>stages/0/model.safetensors</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A key of the artifact store.</summary>
    public required string Blob { get; set; }

    /// <summary>The lease under which it was published.</summary>
    public required int Epoch { get; set; }

    public required long At { get; set; }
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

/// <summary>Its runs are in its body, by arm and seed.</summary>
internal sealed class StudyRow : IListedRow
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required long CreatedAt { get; init; }

    public required string Body { get; init; }
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
