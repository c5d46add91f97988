using CsCheck;
using UdaSeg.Api.Tests.Postgres;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Persistence;

public sealed class SqlitePagingTests() : PagingTests(() => new TestDatabase());

[Collection(PostgresCollection.Name)]
public sealed class PostgresPagingTests(PostgresCluster cluster) : PagingTests(cluster.NewTables);

public abstract class PagingTests
{
    private readonly Func<TestDatabase> _open;

    private protected PagingTests(Func<TestDatabase> open) => _open = open;

    [Fact]
    public Task Pages_show_each_row_once_and_newest_first_whatever_is_added_meanwhile() =>
        Gen.Select(Gen.Int[0, 3].Array[0, 12], Gen.Int[1, 5]).SampleAsync(async (seconds, limit) =>
        {
            using TestDatabase database = _open();
            var runs = new RunStore(database);
            var ledger = new RunLedger(database, TimeProvider.System);
            TrainingRun[] all = [.. seconds.Select(s => Samples.Run() with { CreatedAt = Samples.Now.AddSeconds(s) })]; // many at the same instant
            foreach (TrainingRun run in all) ledger.Submit(run);
            var seen = new List<TrainingRun>();
            string? cursor = null;
            do
            {
                Page<TrainingRun> page = await runs.ListAsync(new PageRequest(limit, cursor), default);
                Assert.InRange(page.Items.Count, cursor is null ? 0 : 1, limit);
                seen.AddRange(page.Items);
                Assert.True(seen.Count <= all.Length, "A row was shown twice.");
                cursor = page.NextCursor;
                ledger.Submit(Samples.Run() with { CreatedAt = Samples.Now.AddHours(1) });
            }
            while (cursor is not null);

            Assert.Equal(all.Select(r => r.Id).Order(), seen.Select(r => r.Id).Order());
            Assert.Equal(seen.Select(r => r.CreatedAt).OrderDescending(), seen.Select(r => r.CreatedAt));
        }, iter: 15);

    [Theory]
    [InlineData("x")]
    [InlineData("!!!")]
    [InlineData("MTIzLjQ1Ng")]
    public async Task A_cursor_of_the_client_s_own_making_is_refused(string cursor)
    {
        using TestDatabase database = _open();
        RuleViolationException fault = await Assert.ThrowsAsync<RuleViolationException>(() =>
            new RunStore(database).ListAsync(new PageRequest(5, cursor), default));
        Assert.Equal(("invalid-cursor", RuleKind.Malformed), (fault.Code, fault.Kind));
    }
}
