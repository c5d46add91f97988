using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>The training runs. The table, and not the job queue, is the truth about what a run is doing.</summary>
internal sealed class RunStore(IDbContextFactory<UdaSegDbContext> contexts)
{
    public async Task<TrainingRun?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return (await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel))?.ToRecord();
    }

    /// <exception cref="RuleViolationException"><c>run-not-found</c> (404).</exception>
    public async Task<TrainingRun> GetAsync(Guid id, CancellationToken cancel) => await FindAsync(id, cancel) ?? throw NotFound(id);

    /// <summary>For the trainer process and its supervisor, which must not wait on tasks.</summary>
    public TrainingRun? Find(Guid id)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return db.Runs.AsNoTracking().FirstOrDefault(r => r.Id == id)?.ToRecord();
    }

    public async Task<Page<TrainingRun>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return await db.Runs.PageAsync(page, r => r.ToRecord(), cancel);
    }

    /// <returns>By id, those of them that there are.</returns>
    public async Task<IReadOnlyDictionary<Guid, TrainingRun>> FindAllAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        List<RunRow> rows = await db.Runs.AsNoTracking().Where(r => ids.Contains(r.Id)).ToListAsync(cancel);
        return rows.ToDictionary(r => r.Id, r => r.ToRecord());
    }

    /// <returns>Runs that have not ended, oldest first.</returns>
    public async Task<IReadOnlyList<TrainingRun>> ListOpenAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        List<RunRow> rows = await db.Runs.AsNoTracking().Where(r => !RunStatuses.Ended.Contains(r.Status)).OrderBy(r => r.CreatedAt).ThenBy(r => r.Id).ToListAsync(cancel);
        return [.. rows.Select(r => r.ToRecord())];
    }

    public IReadOnlyList<Guid> ListWaiting()
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return [.. db.Runs.Where(r => r.Status == RunStatus.Queued).Select(r => r.Id)];
    }

    /// <returns>Oldest first.</returns>
    public IReadOnlyList<TrainingRun> ListByStatus(RunStatus status)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return [.. db.Runs.AsNoTracking().Where(r => r.Status == status).OrderBy(r => r.CreatedAt).ThenBy(r => r.Id).AsEnumerable().Select(r => r.ToRecord())];
    }

    public async Task<int> CountQueuedAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return await db.Runs.CountAsync(r => r.Status == RunStatus.Queued, cancel);
    }

    /// <summary>A start is the beginning of a new epoch, and whatever ends an attempt gives up its lease.</summary>
    internal static void Apply(RunRow row, TrainingRun changed)
    {
        (row.Name, row.Status, row.Body) = (changed.Name, changed.Status, RowMapping.Write(changed));
        row.LeaseEpoch = changed.Attempt;
        if (!changed.IsOpen()) row.LeaseOwner = null;
        row.Version++;
    }

    internal static RuleViolationException NotFound(Guid id) => new(RuleKind.NotFound, "run-not-found", $"There is no training run {id}.");
}
