using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>The evaluations: those that clients asked for, and those that runs took on their way.</summary>
internal sealed class EvaluationStore(IDbContextFactory<UdaSegDbContext> contexts)
{
    public async Task AddAsync(EvaluationRecord evaluation, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        db.Evaluations.Add(evaluation.ToRow());
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Adds it unless it is there already, as after a commit whose answer was lost.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(EvaluationRecord evaluation)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        if (db.Evaluations.Any(e => e.Id == evaluation.Id)) return false;
        db.Evaluations.Add(evaluation.ToRow());
        return db.SaveChanges() > 0;
    }

    /// <exception cref="RuleViolationException"><c>evaluation-not-found</c> (404).</exception>
    public async Task<EvaluationRecord> GetAsync(Guid id, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return (await db.Evaluations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel))?.ToRecord() ?? throw NotFound(id);
    }

    public EvaluationRecord? Find(Guid id)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return db.Evaluations.AsNoTracking().FirstOrDefault(r => r.Id == id)?.ToRecord();
    }

    /// <returns>Whether the run has recorded this evaluation.</returns>
    public bool HasOfRun(Guid run, Guid? checkpoint, int stage, long iteration)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        List<EvaluationRow> rows = [.. db.Evaluations.AsNoTracking().Where(r => r.RunId == run && r.CheckpointId == checkpoint)];
        return rows.Select(r => r.ToRecord()).Any(e => e.Stage == stage && e.Iteration == iteration);
    }

    /// <returns>What the runs themselves measured of these checkpoints, with a report each.</returns>
    public async Task<IReadOnlyList<EvaluationRecord>> OfResultsAsync(
        IReadOnlyCollection<Guid> runs, IReadOnlyCollection<Guid> checkpoints, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        List<EvaluationRow> rows = await db.Evaluations.AsNoTracking()
            .Where(r => r.RunId != null && runs.Contains(r.RunId.Value) && r.CheckpointId != null && checkpoints.Contains(r.CheckpointId.Value))
            .Where(r => r.Status == EvaluationStatus.Succeeded).OrderBy(r => r.CreatedAt).ToListAsync(cancel);
        return [.. rows.Select(r => r.ToRecord()).Where(e => e.Report is not null)];
    }

    public async Task<Page<EvaluationRecord>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return await db.Evaluations.PageAsync(page, r => r.ToRecord(), cancel);
    }

    public async Task<IReadOnlyList<EvaluationRecord>> ListOpenAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        List<EvaluationRow> rows = await db.Evaluations.AsNoTracking()
            .Where(r => r.Status == EvaluationStatus.Queued || r.Status == EvaluationStatus.Running).OrderBy(r => r.CreatedAt).ToListAsync(cancel);
        return [.. rows.Select(r => r.ToRecord())];
    }

    /// <summary>Applies a change to the evaluation as it is now.</summary>
    /// <exception cref="RuleViolationException"><c>evaluation-not-found</c> (404), and whatever <paramref name="change"/> refuses.</exception>
    public EvaluationRecord Update(Guid id, Func<EvaluationRecord, EvaluationRecord> change) => DatabaseRetry.Run(() =>
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        EvaluationRow row = db.Evaluations.FirstOrDefault(r => r.Id == id) ?? throw NotFound(id);
        EvaluationRecord changed = change(row.ToRecord());
        (row.Status, row.Body) = (changed.Status, RowMapping.Write(changed));
        row.Version++;
        db.SaveChanges();
        return changed;
    });

    private static RuleViolationException NotFound(Guid id) => new(RuleKind.NotFound, "evaluation-not-found", $"There is no evaluation {id}.");
}
