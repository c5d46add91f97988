using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Checkpoints;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>A name that serves a checkpoint, such as <c>default</c>.</summary>
public sealed record CheckpointAlias(string Name, Guid Checkpoint, DateTimeOffset UpdatedAt);

/// <summary>The names under which checkpoints are served.</summary>
internal sealed class AliasStore(IDbContextFactory<UdaSegDbContext> contexts, TimeProvider clock)
{
    public const string Default = "default";

    /// <summary>Points the name at the checkpoint, whether or not there was such a name.</summary>
    public Task<CheckpointAlias> PutAsync(string name, Guid checkpoint, CancellationToken cancel) => DatabaseRetry.RunAsync(async () =>
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        AliasRow? row = await db.Aliases.FirstOrDefaultAsync(a => a.Name == name, cancel);
        if (row is null) db.Aliases.Add(row = NewRow(name, checkpoint));
        (row.CheckpointId, row.UpdatedAt) = (checkpoint, clock.GetUtcNow().UtcTicks);
        row.Version++;
        await db.SaveChangesAsync(cancel);
        return ToRecord(row);
    });

    /// <returns>Whether the name was free and now names the checkpoint.</returns>
    public bool TryAdd(string name, Guid checkpoint) => DatabaseRetry.Run(() =>
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        if (db.Aliases.Any(a => a.Name == name)) return false;
        db.Aliases.Add(NewRow(name, checkpoint));
        db.SaveChanges();
        return true;
    });

    public async Task<IReadOnlyList<CheckpointAlias>> ListAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        List<AliasRow> rows = await db.Aliases.AsNoTracking().OrderBy(a => a.Name).ToListAsync(cancel);
        return [.. rows.Select(ToRecord)];
    }

    /// <param name="idOrAlias">A checkpoint's id, or an alias.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<Checkpoint?> ResolveAsync(string idOrAlias, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        if (!Guid.TryParse(idOrAlias, out Guid id))
        {
            Guid? named = await db.Aliases.Where(a => a.Name == idOrAlias).Select(a => (Guid?)a.CheckpointId).FirstOrDefaultAsync(cancel);
            if (named is null) return null;
            id = named.Value;
        }

        return (await db.Checkpoints.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel))?.ToRecord();
    }

    private AliasRow NewRow(string name, Guid checkpoint) => new() { Name = name, CheckpointId = checkpoint, UpdatedAt = clock.GetUtcNow().UtcTicks };

    private static CheckpointAlias ToRecord(AliasRow row) => new(row.Name, row.CheckpointId, new DateTimeOffset(row.UpdatedAt, TimeSpan.Zero));
}
