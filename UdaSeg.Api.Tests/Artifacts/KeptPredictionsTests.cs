using UdaSeg.Api.Tests.Postgres;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

public sealed class SqliteKeptPredictionsTests() : KeptPredictionsTests(new TestDatabase());

[Collection(PostgresCollection.Name)]
public sealed class PostgresKeptPredictionsTests(PostgresCluster cluster) : KeptPredictionsTests(cluster.NewTables());

public abstract class KeptPredictionsTests : IDisposable
{
    private readonly TestDatabase _database;
    private readonly TempFolder _folder = new();
    private readonly FileArtifactStore _store;
    private readonly EvaluationStore _evaluations;
    private readonly CheckpointStore _checkpoints;
    private readonly KeptPredictions _kept;

    private protected KeptPredictionsTests(TestDatabase database)
    {
        _database = database;
        _store = new FileArtifactStore(_folder.Path);
        (_evaluations, _checkpoints) = (new EvaluationStore(database), new CheckpointStore(database));
        _kept = new KeptPredictions(_store, Outputs, _evaluations);
    }

    private RunOutputTable Outputs => new(_database, TimeProvider.System);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task They_go_with_their_checkpoint_and_no_other_s()
    {
        (Checkpoint deleted, Checkpoint stays) = (Publish(), Publish());
        EvaluationRecord gone = Keep(deleted.Id), second = Keep(deleted.Id), other = Keep(stays.Id);
        await _checkpoints.DeleteAsync(deleted.Id, default);
        await _kept.DeleteOfAsync(deleted.Id, default);
        Assert.Equal([false, false, true], new[] { gone, second, other }.Select(IsKept));
    }

    [Fact]
    public async Task What_no_evaluation_needs_is_swept()
    {
        (Checkpoint deleted, Checkpoint stays) = (Publish(), Publish());
        EvaluationRecord open = Keep(stays.Id, EvaluationStatus.Running), succeeded = Keep(stays.Id), failed = Keep(stays.Id, EvaluationStatus.Failed);
        EvaluationRecord without = Keep(deleted.Id);
        await _checkpoints.DeleteAsync(deleted.Id, default);
        _store.Write(KeptPredictions.KeyOf(Guid.CreateVersion7()), s => s.WriteByte(1)); // of nothing
        _store.Write("evaluations/other", s => s.WriteByte(1));
        Assert.Equal(3, _kept.DeleteOrphans());
        Assert.Equal([true, true, false, false], new[] { open, succeeded, failed, without }.Select(IsKept));
        Assert.True(_store.Exists("evaluations/other"));
        Assert.Equal(0, _kept.DeleteOrphans());
    }

    [Fact]
    public async Task Those_of_a_run_are_outputs_of_the_stage_that_the_last_attempt_wrote_and_go_with_its_model()
    {
        TrainingRun run = Samples.Run();
        var ledger = new RunLedger(_database, TimeProvider.System);
        ledger.Submit(run);
        var evaluation = new EvaluationRecord
        {
            Id = Guid.CreateVersion7(),
            Dataset = Guid.CreateVersion7(),
            Run = run.Id,
            Stage = 1,
            Iteration = 310,
            Status = EvaluationStatus.Succeeded,
            CreatedAt = Samples.Now,
        };
        Assert.Null(_kept.Open(evaluation));
        string weights = $"runs/{run.Id}/stages/1/model.safetensors";
        foreach (byte attempt in new byte[] { 1, 2 })
        {
            int epoch = ledger.TryTake(run.Id, "owner")!.Attempt;
            var outputs = new RunOutputs(Outputs, _store, run.Id, epoch);
            outputs.Write(KeptPredictions.KeyOf(run.Id, 1, 310), s => PngArchive.Write(s, [("a", [attempt])]));
            outputs.Write(weights, s => s.WriteByte(1));
            ledger.Write(run.Id, r => attempt == 1 ? r.Interrupt() : r.Fail(Samples.Now, "x", "x"));
            if (attempt == 1) ledger.Write(run.Id, r => r.Requeue());
        }

        using (PngArchive? archive = _kept.Open(evaluation)) Assert.Equal([2], archive?.Find("a")!);
        Assert.Null(_kept.Open(evaluation with { Iteration = 300 }));
        Checkpoint model = Samples.Checkpoint(run.Id, 1, 450, new RunOutputs(Outputs, _store, run.Id).BlobOf(weights));
        _checkpoints.Publish(model);
        await _checkpoints.DeleteAsync(model.Id, default);
        Assert.Null(_kept.Open(evaluation));
    }

    private Checkpoint Publish()
    {
        Checkpoint checkpoint = Samples.Checkpoint(key: $"models/{Guid.NewGuid():N}");
        _checkpoints.Publish(checkpoint);
        return checkpoint;
    }

    private EvaluationRecord Keep(Guid checkpoint, EvaluationStatus status = EvaluationStatus.Succeeded)
    {
        var evaluation = new EvaluationRecord
        {
            Id = Guid.CreateVersion7(),
            Checkpoint = checkpoint,
            Dataset = Guid.CreateVersion7(),
            Status = status,
            CreatedAt = Samples.Now,
        };
        _evaluations.Add(evaluation);
        _store.Write(KeptPredictions.KeyOf(evaluation.Id), s => PngArchive.Write(s, [("a", [1])]));
        return evaluation;
    }

    private bool IsKept(EvaluationRecord evaluation)
    {
        using PngArchive? archive = _kept.Open(evaluation);
        return archive?.Find("a") is not null;
    }
}
