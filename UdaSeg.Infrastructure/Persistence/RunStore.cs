using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>The training runs. The table, and not the job queue, is the truth about what a run is doing.</summary>
internal sealed class RunStore(IDbContextFactory<UdaSegDbContext> contexts)
{
    private static readonly RunStatus[] Ended = [RunStatus.Succeeded, RunStatus.Failed, RunStatus.Cancelled];

    public async Task AddAsync(TrainingRun run, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        db.Runs.Add(run.ToRow());
        await db.SaveChangesAsync(cancel);
    }

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

    /// <returns>Runs that have not ended, oldest first.</returns>
    public async Task<IReadOnlyList<TrainingRun>> ListOpenAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        List<RunRow> rows = await db.Runs.AsNoTracking().Where(r => !Ended.Contains(r.Status)).OrderBy(r => r.CreatedAt).ThenBy(r => r.Id).ToListAsync(cancel);
        return [.. rows.Select(r => r.ToRecord())];
    }

    public async Task<int> CountQueuedAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return await db.Runs.CountAsync(r => r.Status == RunStatus.Queued, cancel);
    }

    public async Task<int> CountSucceededAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return await db.Runs.CountAsync(r => r.Status == RunStatus.Succeeded, cancel);
    }

    /// <summary>Applies a change to the run as it is now; repeats on the fresh run when another writer came first.</summary>
    /// <exception cref="RuleViolationException"><c>run-not-found</c> (404), and whatever <paramref name="change"/> refuses.</exception>
    public Task<TrainingRun> UpdateAsync(Guid id, Func<TrainingRun, TrainingRun> change, CancellationToken cancel) => DatabaseRetry.RunAsync(async () =>
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        RunRow row = await db.Runs.FirstOrDefaultAsync(r => r.Id == id, cancel) ?? throw NotFound(id);
        TrainingRun changed = Apply(row, change);
        await db.SaveChangesAsync(cancel);
        return changed;
    });

    /// <summary>As <see cref="UpdateAsync"/>, without tasks.</summary>
    public TrainingRun Update(Guid id, Func<TrainingRun, TrainingRun> change) => DatabaseRetry.Run(() =>
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        RunRow row = db.Runs.FirstOrDefault(r => r.Id == id) ?? throw NotFound(id);
        TrainingRun changed = Apply(row, change);
        db.SaveChanges();
        return changed;
    });

    private static TrainingRun Apply(RunRow row, Func<TrainingRun, TrainingRun> change)
    {
        TrainingRun run = row.ToRecord();
        TrainingRun changed = change(run);
        if (ReferenceEquals(changed, run)) return run;
        (row.Name, row.Status, row.Body) = (changed.Name, changed.Status, RowMapping.Write(changed));
        row.Version++;
        return changed;
    }

    private static RuleViolationException NotFound(Guid id) => new(RuleKind.NotFound, "run-not-found", $"There is no training run {id}.");
}
