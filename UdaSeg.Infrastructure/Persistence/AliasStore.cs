using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>A name that serves a checkpoint, such as <c>default</c>.</summary>
/// <param name="Name">Part of its address.</param>
/// <param name="Checkpoint">That it serves.</param>
/// <param name="UpdatedAt">When it was last pointed somewhere.</param>
/// <param name="Etag">Changes with every change; for <c>If-Match</c>.</param>
public sealed record CheckpointAlias(string Name, Guid Checkpoint, DateTimeOffset UpdatedAt, string Etag);

/// <summary>The names under which checkpoints are served.</summary>
internal sealed class AliasStore(IDbContextFactory<UdaSegDbContext> contexts, TimeProvider clock)
{
    public const string Default = "default";

    private const int MostKnown = 100;

    /// <summary>So long another host's switch of an alias may go unseen; one of this host is seen at once.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>What aliases named a moment ago: under load the database is asked once a second, not once an image.</summary>
    private readonly ConcurrentDictionary<string, (Guid Id, long At)> _recent = new(StringComparer.Ordinal);

    /// <summary>A checkpoint never changes, so its record is read once: with its target style it has 50 KB of JSON, which every segmentation would parse.</summary>
    private readonly ConcurrentDictionary<Guid, Checkpoint> _known = new();

    /// <summary>Points the name at the checkpoint, whether or not there was such a name.</summary>
    /// <param name="name">The alias.</param>
    /// <param name="checkpoint">That there is.</param>
    /// <param name="cancel">Stops the change.</param>
    /// <param name="require">Throws when the alias is not as the caller wants it; null: there is none. Of racing callers each sees what the one before has left.</param>
    public Task<CheckpointAlias> PutAsync(
        string name, Guid checkpoint, CancellationToken cancel, Action<CheckpointAlias?>? require = null) => DatabaseRetry.RunAsync(async () =>
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        AliasRow? row = await db.Aliases.FirstOrDefaultAsync(a => a.Name == name, cancel);
        require?.Invoke(row is null ? null : ToRecord(row));
        if (row is null) db.Aliases.Add(row = NewRow(name, checkpoint));
        (row.CheckpointId, row.UpdatedAt) = (checkpoint, clock.GetUtcNow().UtcTicks);
        row.Version++;
        await db.SaveChangesAsync(cancel);
        Note(name, checkpoint, clock.GetTimestamp());
        return ToRecord(row);
    });

    /// <param name="name">The alias.</param>
    /// <param name="cancel">Stops the change.</param>
    /// <param name="require">As with <see cref="PutAsync"/>.</param>
    /// <exception cref="RuleViolationException"><c>alias-not-found</c> (404).</exception>
    public Task<bool> DeleteAsync(string name, CancellationToken cancel, Action<CheckpointAlias?>? require = null) => DatabaseRetry.RunAsync(async () =>
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        AliasRow? row = await db.Aliases.FirstOrDefaultAsync(a => a.Name == name, cancel);
        require?.Invoke(row is null ? null : ToRecord(row));
        db.Aliases.Remove(row ?? throw NotFound(name));
        await db.SaveChangesAsync(cancel);
        return _recent.TryRemove(name, out _);
    });

    /// <exception cref="RuleViolationException"><c>alias-not-found</c> (404).</exception>
    public async Task<CheckpointAlias> GetAsync(string name, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return ToRecord(await db.Aliases.AsNoTracking().FirstOrDefaultAsync(a => a.Name == name, cancel) ?? throw NotFound(name));
    }

    /// <returns>Whether the name was free and now names the checkpoint.</returns>
    public bool TryAdd(string name, Guid checkpoint) => DatabaseRetry.Run(() =>
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        if (db.Aliases.Any(a => a.Name == name)) return false;
        db.Aliases.Add(NewRow(name, checkpoint));
        db.SaveChanges();
        Note(name, checkpoint, clock.GetTimestamp());
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
        if (_recent.TryGetValue(idOrAlias, out (Guid Id, long At) recent) && clock.GetElapsedTime(recent.At) < Fresh && _known.TryGetValue(recent.Id, out Checkpoint? same))
        {
            return same;
        }

        long now = clock.GetTimestamp();
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        bool isId = Guid.TryParse(idOrAlias, out Guid given);
        Guid? id = isId
            ? await db.Checkpoints.Where(r => r.Id == given).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancel)
            : await db.Aliases.Where(a => a.Name == idOrAlias).Select(a => (Guid?)a.CheckpointId).FirstOrDefaultAsync(cancel);
        if (id is null) return null;
        if (!isId) Note(idOrAlias, id.Value, now);
        if (_known.TryGetValue(id.Value, out Checkpoint? known)) return known;
        Checkpoint? read = (await db.Checkpoints.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel))?.ToRecord();
        if (_known.Count >= MostKnown) _known.Clear();
        if (read is not null) _known[id.Value] = read;
        return read;
    }

    /// <summary>What was asked before an alias was switched must not hide the switch.</summary>
    private void Note(string name, Guid id, long at) => _recent.AddOrUpdate(name, (id, at), (_, known) => known.At > at ? known : (id, at));

    private AliasRow NewRow(string name, Guid checkpoint) => new() { Name = name, CheckpointId = checkpoint, UpdatedAt = clock.GetUtcNow().UtcTicks };

    // The time keeps the versions of a name apart from those that the same name had before it was deleted.
    private static CheckpointAlias ToRecord(AliasRow row) =>
        new(row.Name, row.CheckpointId, new DateTimeOffset(row.UpdatedAt, TimeSpan.Zero), $"\"{row.UpdatedAt:x}-{row.Version:x}\"");

    private static RuleViolationException NotFound(string name) => new(RuleKind.NotFound, "alias-not-found", $"There is no alias '{name}'.");
}
