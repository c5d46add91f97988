using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UdaSeg.Api.Tests.Postgres;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Persistence;

public sealed class SqliteStudyStoreTests() : StudyStoreTests(new TestDatabase());

[Collection(PostgresCollection.Name)]
public sealed class PostgresStudyStoreTests(PostgresCluster cluster) : StudyStoreTests(cluster.NewTables());

public abstract class StudyStoreTests : IDisposable
{
    private readonly TestDatabase _database;
    private readonly RunLedger _ledger;

    private protected StudyStoreTests(TestDatabase database) => (_database, _ledger) = (database, new RunLedger(database, TimeProvider.System));

    public void Dispose()
    {
        _database.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_stored_is_what_was_submitted()
    {
        TrainingRun[] runs = [Run(), Run()];
        Study study = Of(runs) with { Name = "with \0 and ünïcödé" };
        _ledger.Submit(study, runs);
        Study read = await new StudyStore(_database).GetAsync(study.Id, default);
        Assert.Equal(JsonSerializer.Serialize(study), JsonSerializer.Serialize(read));
        IReadOnlyDictionary<Guid, TrainingRun> found = await new RunStore(_database).FindAllAsync([runs[1].Id, Guid.CreateVersion7(), runs[0].Id], default);
        Assert.Equal([study.Id, study.Id], found.Values.Select(r => r.Study));
        Assert.Equal(runs.Select(r => r.Id).Order(), found.Keys.Order());
        foreach (TrainingRun run in runs)
        {
            RunEvent first = Assert.Single(await new RunEventLog(_database, TimeProvider.System).ReadAsync(run.Id, 0, 10, default));
            Assert.Equal((1L, "submitted"), (first.Sequence, first.As<StatusEntry>().Cause));
        }
    }

    [Fact]
    public async Task A_study_of_which_one_run_cannot_be_stored_is_not_there_at_all()
    {
        TrainingRun known = Run(), fresh = Run();
        _ledger.Submit(known);
        Study study = Of([fresh, known]);
        Assert.ThrowsAny<DbUpdateException>(() => _ledger.Submit(study, [fresh, known]));
        Assert.Empty((await new StudyStore(_database).ListAsync(new PageRequest(), default)).Items);
        Assert.Null(new RunStore(_database).Find(fresh.Id));
        Assert.Empty(await new RunEventLog(_database, TimeProvider.System).ReadAsync(fresh.Id, 0, 10, default));
    }

    [Fact]
    public async Task Only_what_a_run_measured_of_the_asked_checkpoint_is_a_result()
    {
        var store = new EvaluationStore(_database);
        Guid run = Guid.CreateVersion7(), result = Guid.CreateVersion7(), earlier = Guid.CreateVersion7();
        EvaluationRecord wanted = Measured(run, result);
        EvaluationRecord[] others =
        [
            Measured(run, earlier), Measured(null, result), Measured(Guid.CreateVersion7(), result), Measured(run, null),
            Measured(run, result) with { Status = EvaluationStatus.Failed, Report = null },
        ];
        foreach (EvaluationRecord record in others.Append(wanted)) store.Add(record);
        Assert.Equal([wanted.Id], (await store.OfResultsAsync([run], [result], default)).Select(e => e.Id));
    }

    private static EvaluationRecord Measured(Guid? run, Guid? checkpoint) => new()
    {
        Id = Guid.CreateVersion7(),
        Run = run,
        Checkpoint = checkpoint,
        Dataset = Guid.CreateVersion7(),
        Status = EvaluationStatus.Succeeded,
        Report = Samples.Report(),
        CreatedAt = Samples.Now,
    };

    private readonly Guid _study = Guid.CreateVersion7();

    private TrainingRun Run() => Samples.Run() with { Study = _study };

    private Study Of(IReadOnlyList<TrainingRun> runs) => new()
    {
        Id = _study,
        Name = "study",
        Base = new StudyBase([Guid.CreateVersion7()], Guid.CreateVersion7(), Guid.CreateVersion7(), "synthia16", "tiny", JsonElement.Parse("""{"batchSize":2}""")),
        Seeds = [1, 2],
        Arms = [new StudyArm("a", null, [.. runs.Select(r => r.Id)])],
        Warnings = ["beware"],
        CreatedAt = Samples.Now,
    };
}
