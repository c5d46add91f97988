using Microsoft.EntityFrameworkCore;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>A claim that this process holds.</summary>
internal sealed record KeyClaim(string Id, Guid Claim);

/// <param name="Request">SHA-256 of the request that it answers.</param>
/// <param name="Status">Of HTTP.</param>
/// <param name="Headers">By name.</param>
/// <param name="Body">As it was sent.</param>
internal sealed record KeptAnswer(string Request, int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>One of the two, or neither: another request with the key is in work.</summary>
internal sealed record KeySight(KeyClaim? Mine = null, KeptAnswer? Answer = null);

/// <summary>Who works under an Idempotency-Key, and what was answered under it.</summary>
internal sealed class IdempotencyStore(IDbContextFactory<UdaSegDbContext> contexts, UdaSegSettings settings, TimeProvider clock)
{
    /// <summary>
    /// A claim that gave no sign of life for so long is another's to take. The one time that hosts' clocks are compared: they may differ by what is left of
    /// it after a beat, a minute and a half.
    /// </summary>
    public static readonly TimeSpan Silent = TimeSpan.FromMinutes(2);

    public static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(30);

    /// <summary>Of all that ask at once, one gets the claim: it inserted the row, or it changed the one that it had seen.</summary>
    public Task<KeySight> ClaimAsync(string id, CancellationToken cancel) => DatabaseRetry.RunAsync(async () =>
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        long now = clock.GetUtcNow().UtcTicks;
        IdempotencyRow mine = NewRow(id, now);
        IdempotencyRow? row = await db.IdempotencyKeys.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel);
        if (row is null)
        {
            db.IdempotencyKeys.Add(mine);
            await db.SaveChangesAsync(cancel);
            return new KeySight(Mine: new KeyClaim(id, mine.Claim));
        }

        if (row.Status != 0 && row.Expires > now) return new KeySight(Answer: AnswerOf(row));
        if (row.Status == 0 && !IsAbandoned(row, now)) return new KeySight();
        int taken = await db.IdempotencyKeys.Where(r => r.Id == id && r.Claim == row.Claim && r.Beat == row.Beat).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Claim, mine.Claim).SetProperty(r => r.Owner, mine.Owner).SetProperty(r => r.Beat, now)
                .SetProperty(r => r.Expires, mine.Expires).SetProperty(r => r.Status, 0).SetProperty(r => r.Request, (string?)null)
                .SetProperty(r => r.Headers, (string?)null).SetProperty(r => r.Body, (byte[]?)null),
            cancel);
        return taken == 1 ? new KeySight(Mine: new KeyClaim(id, mine.Claim)) : new KeySight();
    });

    /// <summary>While the work lasts.</summary>
    /// <returns>False when the claim was taken over.</returns>
    public async Task<bool> BeatAsync(KeyClaim claim, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        long now = clock.GetUtcNow().UtcTicks;
        return await Held(db, claim).ExecuteUpdateAsync(set => set.SetProperty(r => r.Beat, now), cancel) == 1;
    }

    /// <returns>False when the claim was taken over: the other's answer counts.</returns>
    public async Task<bool> KeepAsync(KeyClaim claim, KeptAnswer answer)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync();
        DateTimeOffset now = clock.GetUtcNow();
        long expires = now.AddHours(settings.Limits.IdempotencyHours).UtcTicks;
        string headers = RowMapping.Write(answer.Headers);
        return await Held(db, claim).ExecuteUpdateAsync(set => set.SetProperty(r => r.Beat, now.UtcTicks).SetProperty(r => r.Expires, expires)
            .SetProperty(r => r.Status, answer.Status).SetProperty(r => r.Request, answer.Request).SetProperty(r => r.Headers, headers)
            .SetProperty(r => r.Body, answer.Body)) == 1;
    }

    /// <summary>Nothing was made: the key is as good as new.</summary>
    public async Task ReleaseAsync(KeyClaim claim)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync();
        await Held(db, claim).ExecuteDeleteAsync();
    }

    /// <summary>Forgets what is too old. A claim of a request that is still in work is none of it.</summary>
    public async Task<int> PurgeAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        DateTimeOffset now = clock.GetUtcNow();
        (long expired, long silent) = (now.UtcTicks, (now - Silent).UtcTicks);
        return await db.IdempotencyKeys.Where(r => r.Expires <= expired && r.Beat < silent).ExecuteDeleteAsync(cancel);
    }

    private static IQueryable<IdempotencyRow> Held(UdaSegDbContext db, KeyClaim claim) =>
        db.IdempotencyKeys.Where(r => r.Id == claim.Id && r.Claim == claim.Claim && r.Status == 0);

    private IdempotencyRow NewRow(string id, long now) => new()
    {
        Id = id,
        Claim = Guid.NewGuid(),
        Owner = LeaseOwner.Self,
        Beat = now,
        Expires = now + TimeSpan.FromHours(settings.Limits.IdempotencyHours).Ticks,
    };

    private static bool IsAbandoned(IdempotencyRow row, long now) => now - row.Beat > Silent.Ticks || LeaseOwner.IsGone(row.Owner);

    private static KeptAnswer AnswerOf(IdempotencyRow row) =>
        new(row.Request ?? "", row.Status, RowMapping.Read<Dictionary<string, string>>(row.Headers ?? "{}"), row.Body ?? []);
}
