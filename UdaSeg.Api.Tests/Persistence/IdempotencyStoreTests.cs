using UdaSeg.Api.Tests.Postgres;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Persistence;

public sealed class SqliteIdempotencyStoreTests() : IdempotencyStoreTests(new TestDatabase());

[Collection(PostgresCollection.Name)]
public sealed class PostgresIdempotencyStoreTests(PostgresCluster cluster) : IdempotencyStoreTests(cluster.NewTables());

public abstract class IdempotencyStoreTests : IDisposable
{
    private const string Id = "a key";
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly TestDatabase _database;
    private readonly ManualClock _clock = new();
    private readonly IdempotencyStore _store;

    private protected IdempotencyStoreTests(TestDatabase database) => (_database, _store) = (database, new IdempotencyStore(database, database.Settings, _clock));

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Of_all_that_claim_a_key_at_once_one_gets_it()
    {
        for (int round = 0; round < 4; round++)
        {
            KeySight[] sights = await AtOnceAsync($"key {round}");
            Assert.Single(sights, s => s.Mine is not null);
            Assert.All(sights, s => Assert.Null(s.Answer));
        }
    }

    [Fact]
    public async Task Of_all_that_take_over_a_silent_claim_at_once_one_gets_it()
    {
        await ClaimAsync();
        for (int round = 0; round < 4; round++)
        {
            _clock.Advance(IdempotencyStore.Silent + TimeSpan.FromSeconds(1));
            Assert.Single(await AtOnceAsync(Id), s => s.Mine is not null);
        }
    }

    [Fact]
    public async Task What_was_kept_is_told_to_all_that_come_later_until_it_is_too_old()
    {
        KeyClaim claim = await ClaimAsync();
        byte[] body = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Assert.True(await _store.KeepAsync(claim, Answer(body)));
        for (int i = 0; i < 2; i++)
        {
            KeptAnswer read = (await _store.ClaimAsync(Id, default)).Answer!;
            Assert.Equal(("a request", 202, "/there"), (read.Request, read.Status, read.Headers["Location"]));
            Assert.Equal(body, read.Body);
            _clock.Advance(Day - TimeSpan.FromMinutes(1));
            await _store.PurgeAsync(default);
            if (i == 0) _clock.Advance(TimeSpan.FromMinutes(1) - Day);
        }

        Assert.NotNull((await _store.ClaimAsync(Id, default)).Answer);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull((await _store.ClaimAsync(Id, default)).Mine); // though nobody has purged it
    }

    [Fact]
    public async Task A_key_that_was_released_is_as_good_as_new()
    {
        await _store.ReleaseAsync(await ClaimAsync());
        await ClaimAsync();
    }

    [Fact]
    public async Task A_claim_is_taken_over_when_it_has_been_silent_and_its_former_holder_can_do_nothing_then()
    {
        KeyClaim first = await ClaimAsync();
        _clock.Advance(IdempotencyStore.Silent - TimeSpan.FromSeconds(1));
        Assert.Equal(new KeySight(), await _store.ClaimAsync(Id, default));
        Assert.True(await _store.BeatAsync(first, default));
        _clock.Advance(IdempotencyStore.Silent - TimeSpan.FromSeconds(1));
        Assert.Equal(new KeySight(), await _store.ClaimAsync(Id, default));
        _clock.Advance(TimeSpan.FromSeconds(2));
        KeyClaim second = await ClaimAsync();

        Assert.False(await _store.BeatAsync(first, default));
        Assert.False(await _store.KeepAsync(first, Answer([1])));
        await _store.ReleaseAsync(first);
        Assert.Equal(new KeySight(), await _store.ClaimAsync(Id, default));
        Assert.True(await _store.KeepAsync(second, Answer([2])));
        Assert.False(await _store.KeepAsync(first, Answer([1])));
        Assert.Equal([2], (await _store.ClaimAsync(Id, default)).Answer!.Body);
    }

    [Fact]
    public async Task A_claim_of_a_process_that_is_gone_is_taken_over_at_once()
    {
        await ClaimAsync();
        using (UdaSegDbContext db = _database.CreateDbContext())
        {
            db.IdempotencyKeys.Single().Owner = GoneOwner();
            db.SaveChanges();
        }

        await ClaimAsync();
    }

    [Fact]
    public async Task What_is_too_old_is_forgotten_but_no_claim_that_gives_signs_of_life()
    {
        await _store.KeepAsync(await ClaimAsync("answered"), Answer([1]));
        KeyClaim working = await ClaimAsync("working");
        await ClaimAsync("silent");
        Assert.Equal(0, await _store.PurgeAsync(default));
        _clock.Advance(Day);
        await _store.BeatAsync(working, default);
        await _store.KeepAsync(await ClaimAsync("young"), Answer([1]));
        Assert.Equal(2, await _store.PurgeAsync(default));
        using UdaSegDbContext db = _database.CreateDbContext();
        Assert.Equal(["working", "young"], db.IdempotencyKeys.Select(k => k.Id).Order());
    }

    /// <summary>A process of this system that has this one's number and another start.</summary>
    internal static string GoneOwner()
    {
        string[] parts = LeaseOwner.Self.Split('/');
        return $"{parts[0]}/{Environment.ProcessId}@1/{parts[2]}";
    }

    private async Task<KeyClaim> ClaimAsync(string id = Id) => (await _store.ClaimAsync(id, default)).Mine!;

    private Task<KeySight[]> AtOnceAsync(string id) => Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => _store.ClaimAsync(id, default))));

    private static KeptAnswer Answer(byte[] body) => new("a request", 202, new Dictionary<string, string> { ["Location"] = "/there" }, body);
}
