using UdaSeg.Api.Tests.Postgres;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Persistence;

public sealed class SqliteConcurrentChangeTests() : ConcurrentChangeTests(new TestDatabase());

[Collection(PostgresCollection.Name)]
public sealed class PostgresConcurrentChangeTests(PostgresCluster cluster) : ConcurrentChangeTests(cluster.NewTables());

/// <summary>Each change is made to what the one before left. Runs: see <see cref="RunLedgerTests"/>.</summary>
public abstract class ConcurrentChangeTests : IDisposable
{
    private const int Writers = 6, Each = 10;

    private readonly TestDatabase _database;

    private protected ConcurrentChangeTests(TestDatabase database) => _database = database;

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task No_change_of_a_data_set_is_lost()
    {
        var store = new DatasetStore(_database);
        Dataset set = Samples.Dataset();
        await store.AddAsync(set, default);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++) await store.UpdateAsync(set.Id, d => d with { Samples = d.Samples + 1 }, default);
        })));
        Assert.Equal(set.Samples + (Writers * Each), store.Find(set.Id)!.Samples);
    }

    [Fact]
    public async Task No_change_of_an_evaluation_is_lost()
    {
        var store = new EvaluationStore(_database);
        var evaluation = new EvaluationRecord { Id = Guid.CreateVersion7(), Dataset = Guid.CreateVersion7(), CreatedAt = Samples.Now, Iteration = 0 };
        store.Add(evaluation);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++) store.Update(evaluation.Id, e => e with { Iteration = e.Iteration + 1 });
        })));
        Assert.Equal(Writers * Each, store.Find(evaluation.Id)!.Iteration);
    }
}
