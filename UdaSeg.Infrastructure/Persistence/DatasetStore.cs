using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>The registered data sets.</summary>
internal sealed class DatasetStore(IDbContextFactory<UdaSegDbContext> contexts)
{
    public async Task AddAsync(Dataset dataset, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        db.Datasets.Add(dataset.ToRow());
        await db.SaveChangesAsync(cancel);
    }

    public async Task<Dataset?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return (await db.Datasets.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel))?.ToRecord();
    }

    /// <exception cref="RuleViolationException"><c>dataset-not-found</c> (404).</exception>
    public async Task<Dataset> GetAsync(Guid id, CancellationToken cancel) => await FindAsync(id, cancel) ?? throw NotFound(id);

    /// <summary>For the trainer process, whose one thread must not wait on tasks.</summary>
    public Dataset? Find(Guid id)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return db.Datasets.AsNoTracking().FirstOrDefault(r => r.Id == id)?.ToRecord();
    }

    public async Task<Page<Dataset>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return await db.Datasets.PageAsync(page, r => r.ToRecord(), cancel);
    }

    public async Task<IReadOnlyList<Dataset>> ListByStatusAsync(DatasetStatus status, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        List<DatasetRow> rows = await db.Datasets.AsNoTracking().Where(r => r.Status == status).OrderBy(r => r.CreatedAt).ToListAsync(cancel);
        return [.. rows.Select(r => r.ToRecord())];
    }

    /// <exception cref="RuleViolationException"><c>dataset-not-found</c> (404).</exception>
    public Task<Dataset> UpdateAsync(Guid id, Func<Dataset, Dataset> change, CancellationToken cancel) => DatabaseRetry.RunAsync(async () =>
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        DatasetRow row = await db.Datasets.FirstOrDefaultAsync(r => r.Id == id, cancel) ?? throw NotFound(id);
        Dataset changed = change(row.ToRecord());
        (row.Name, row.Status, row.Body) = (changed.Name, changed.Status, RowMapping.Write(changed));
        row.Version++;
        await db.SaveChangesAsync(cancel);
        return changed;
    });

    /// <summary>For a job whose one thread makes the data set's files.</summary>
    /// <returns>False when the data set is gone.</returns>
    public bool SetProgress(Guid id, double share)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        if (db.Datasets.FirstOrDefault(r => r.Id == id) is not { } row) return false;
        row.Body = RowMapping.Write(row.ToRecord() with { Progress = share });
        row.Version++;
        try
        {
            db.SaveChanges();
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return db.Datasets.AsNoTracking().Any(r => r.Id == id); // a progress that was not told is told with the next one
        }
    }

    /// <summary>Removes the registration alone.</summary>
    /// <exception cref="RuleViolationException">
    /// <c>dataset-not-found</c> (404); <c>dataset-in-use</c> (409) while a run or an evaluation that has not ended uses it, or a data set is made from it.
    /// </exception>
    public async Task DeleteAsync(Guid id, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        DatasetRow row = await db.Datasets.FirstOrDefaultAsync(r => r.Id == id, cancel) ?? throw NotFound(id);
        List<RunRow> open = await db.Runs.AsNoTracking().Where(r => !RunStatuses.Ended.Contains(r.Status)).ToListAsync(cancel);
        TrainingRun? user = open.Select(r => r.ToRecord()).FirstOrDefault(r => r.Source.Contains(id) || r.Target == id || r.Evaluation == id);
        if (user is not null) throw new RuleViolationException(RuleKind.Conflict, "dataset-in-use", $"The run '{user.Name}' uses the data set.");
        List<DatasetRow> unfinished = await db.Datasets.AsNoTracking().Where(r => r.Status == DatasetStatus.Validating).ToListAsync(cancel);
        Dataset? made = unfinished.Select(r => r.ToRecord()).FirstOrDefault(d => d.DerivedFrom?.Dataset == id || d.DerivedFrom?.Target == id);
        if (made is not null) throw new RuleViolationException(RuleKind.Conflict, "dataset-in-use", $"The data set '{made.Name}' is being made from it.");
        EvaluationStatus[] over = [EvaluationStatus.Succeeded, EvaluationStatus.Failed];
        if (await db.Evaluations.AnyAsync(e => e.DatasetId == id && !over.Contains(e.Status), cancel))
        {
            throw new RuleViolationException(RuleKind.Conflict, "dataset-in-use", "An evaluation uses the data set.");
        }

        db.Datasets.Remove(row);
        await db.SaveChangesAsync(cancel);
    }

    private static RuleViolationException NotFound(Guid id) => new(RuleKind.NotFound, "dataset-not-found", $"There is no data set {id}.");
}
