using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>The label spaces that come with the program.</summary>
internal sealed record BuiltInSpaces(IReadOnlyList<LabelSpace> All);

/// <summary>The built-in label spaces and those that clients posted, under one id each.</summary>
internal sealed class LabelSpaceStore(IDbContextFactory<UdaSegDbContext> contexts, BuiltInSpaces builtIn, TimeProvider clock)
{
    /// <exception cref="RuleViolationException"><c>label-space-exists</c> (409).</exception>
    public async Task AddAsync(LabelSpace space, CancellationToken cancel)
    {
        if (await FindAsync(space.Id, cancel) is not null) throw Exists(space);
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        db.LabelSpaces.Add(space.ToRow(clock.GetUtcNow()));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException fault) when (DatabaseFaults.IsRace(fault))
        {
            throw Exists(space, fault);
        }
    }

    public async Task<LabelSpace?> FindAsync(string id, CancellationToken cancel)
    {
        if (BuiltIn(id) is { } known) return known;
        if (id.Contains('\0')) return null; // no id has it, and PostgreSQL refuses to compare it
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return (await db.LabelSpaces.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel))?.ToRecord();
    }

    /// <summary>For the trainer process.</summary>
    public LabelSpace? Find(string id)
    {
        if (BuiltIn(id) is { } known) return known;
        using UdaSegDbContext db = contexts.CreateDbContext();
        return db.LabelSpaces.AsNoTracking().FirstOrDefault(r => r.Id == id)?.ToRecord();
    }

    /// <exception cref="RuleViolationException"><c>label-space-not-found</c> (404).</exception>
    public async Task<LabelSpace> GetAsync(string id, CancellationToken cancel) => await FindAsync(id, cancel)
        ?? throw new RuleViolationException(RuleKind.NotFound, "label-space-not-found", $"There is no label space '{id}'.");

    /// <returns>The built-in ones first, then the posted ones, newest first.</returns>
    public async Task<IReadOnlyList<LabelSpace>> ListAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        List<LabelSpaceRow> rows = await db.LabelSpaces.AsNoTracking().OrderByDescending(r => r.CreatedAt).ToListAsync(cancel);
        return [.. builtIn.All, .. rows.Select(r => r.ToRecord())];
    }

    private LabelSpace? BuiltIn(string id) => builtIn.All.FirstOrDefault(s => s.Id == id);

    private static RuleViolationException Exists(LabelSpace space, Exception? inner = null) =>
        new(RuleKind.Conflict, "label-space-exists", $"There already is a label space '{space.Id}'.", inner: inner);
}
