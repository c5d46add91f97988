using System.Text.Json;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>From domain records to rows and back.</summary>
internal static class RowMapping
{
    /// <summary>Computed members are not stored; unknown members of an older or newer version are passed over.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { IgnoreReadOnlyProperties = true };

    public static DatasetRow ToRow(this Dataset d) =>
        new() { Id = d.Id, Name = d.Name, Status = d.Status, CreatedAt = d.CreatedAt.UtcTicks, Body = Write(d) };

    public static Dataset ToRecord(this DatasetRow row) => Read<Dataset>(row.Body);

    public static LabelSpaceRow ToRow(this LabelSpace space, DateTimeOffset now) =>
        new() { Id = space.Id, Name = space.Name, CreatedAt = now.UtcTicks, Body = Write(space) };

    public static LabelSpace ToRecord(this LabelSpaceRow row) => Read<LabelSpace>(row.Body);

    public static RunRow ToRow(this TrainingRun run) =>
        new() { Id = run.Id, Name = run.Name, Status = run.Status, Target = run.Target, CreatedAt = run.CreatedAt.UtcTicks, Body = Write(run) };

    public static TrainingRun ToRecord(this RunRow row) => Read<TrainingRun>(row.Body);

    public static CheckpointRow ToRow(this Checkpoint c) => new()
    {
        Id = c.Id,
        Name = c.Manifest.Name,
        RunId = c.Imported ? null : c.Manifest.Origin?.Run, // or a client could slip a model under a run's results
        Stage = c.Imported ? null : c.Manifest.Origin?.Stage,
        Iteration = c.Imported ? null : c.Manifest.Origin?.Iteration,
        CreatedAt = c.CreatedAt.UtcTicks,
        Body = Write(c),
    };

    public static Checkpoint ToRecord(this CheckpointRow row) => Read<Checkpoint>(row.Body);

    public static EvaluationRow ToRow(this EvaluationRecord e) => new()
    {
        Id = e.Id,
        Status = e.Status,
        CheckpointId = e.Checkpoint,
        DatasetId = e.Dataset,
        RunId = e.Run,
        CreatedAt = e.CreatedAt.UtcTicks,
        Body = Write(e),
    };

    public static EvaluationRecord ToRecord(this EvaluationRow row) => Read<EvaluationRecord>(row.Body);

    public static StudyRow ToRow(this Study s) => new() { Id = s.Id, Name = s.Name, CreatedAt = s.CreatedAt.UtcTicks, Body = Write(s) };

    public static Study ToRecord(this StudyRow row) => Read<Study>(row.Body);

    public static string Write(object record) => JsonSerializer.Serialize(record, record.GetType(), Json);

    public static T Read<T>(string body) => JsonSerializer.Deserialize<T>(body, Json) ?? throw new InvalidDataException("A row has no body.");
}
