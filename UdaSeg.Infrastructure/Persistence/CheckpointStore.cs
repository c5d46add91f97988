using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>The published models. Their weights lie in the artifact store.</summary>
internal sealed class CheckpointStore(IDbContextFactory<UdaSegDbContext> contexts)
{
    /// <summary>Adds the checkpoint unless it is there already: a run that died right after publishing a stage's model may publish it again, under
    /// another id.</summary>
    /// <returns>The id that the model is known by, and whether it is new.</returns>
    public (Guid Id, bool Added) Publish(Checkpoint checkpoint) => DatabaseRetry.Run(() =>
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        CheckpointRow row = checkpoint.ToRow();
        CheckpointRow? known = db.Checkpoints.AsNoTracking().FirstOrDefault(r =>
            r.Id == row.Id || (row.RunId != null && r.RunId == row.RunId && r.Stage == row.Stage && r.Iteration == row.Iteration));
        if (known is not null) return (known.Id, false);
        db.Checkpoints.Add(row);
        db.SaveChanges();
        return (row.Id, true);
    });

    public async Task<Checkpoint?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return (await db.Checkpoints.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel))?.ToRecord();
    }

    public Checkpoint? Find(Guid id)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return db.Checkpoints.AsNoTracking().FirstOrDefault(r => r.Id == id)?.ToRecord();
    }

    /// <exception cref="RuleViolationException"><c>checkpoint-not-found</c> (404).</exception>
    public async Task<Checkpoint> GetAsync(Guid id, CancellationToken cancel) => await FindAsync(id, cancel) ?? throw NotFound(id.ToString());

    public async Task<Page<Checkpoint>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return await db.Checkpoints.PageAsync(page, r => r.ToRecord(), cancel);
    }

    /// <returns>By run, each run's checkpoints in the order of their iterations.</returns>
    public async Task<ILookup<Guid, RunCheckpoint>> OfRunsAsync(IReadOnlyCollection<Guid> runs, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Checkpoints.AsNoTracking().Where(r => r.RunId != null && runs.Contains(r.RunId.Value))
            .OrderBy(r => r.Iteration).ThenBy(r => r.CreatedAt).Select(r => new { r.RunId, r.Id, r.Stage, r.Iteration }).ToListAsync(cancel);
        return rows.ToLookup(r => r.RunId!.Value, r => new RunCheckpoint(r.Id, r.Stage ?? 0, r.Iteration ?? 0));
    }

    /// <returns>Whether the run has published that stage's model.</returns>
    public bool HasStage(Guid run, int stage)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return db.Checkpoints.Any(r => r.RunId == run && r.Stage == stage);
    }

    /// <returns>The run's result, or null while it has none.</returns>
    public Guid? LastOfRun(Guid run)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        IQueryable<CheckpointRow> ofRun = db.Checkpoints.Where(r => r.RunId == run);
        return ofRun.OrderByDescending(r => r.Iteration).ThenByDescending(r => r.CreatedAt).Select(r => (Guid?)r.Id).FirstOrDefault();
    }

    /// <summary>Removes the row and answers what it was, so that the caller deletes the weights.</summary>
    /// <exception cref="RuleViolationException"><c>checkpoint-not-found</c> (404); <c>checkpoint-in-use</c> (409) while an alias or an open
    /// evaluation needs it.</exception>
    public async Task<Checkpoint> DeleteAsync(Guid id, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        CheckpointRow row = await db.Checkpoints.FirstOrDefaultAsync(r => r.Id == id, cancel) ?? throw NotFound(id.ToString());
        string? alias = await db.Aliases.Where(a => a.CheckpointId == id).Select(a => a.Name).FirstOrDefaultAsync(cancel);
        if (alias is not null) throw InUse($"The alias '{alias}' names the checkpoint; point it elsewhere first.");
        EvaluationStatus[] open = [EvaluationStatus.Queued, EvaluationStatus.Running];
        bool measured = await db.Evaluations.AnyAsync(e => e.CheckpointId == id && open.Contains(e.Status), cancel);
        if (measured) throw InUse("An evaluation of the checkpoint has not ended.");
        List<RunRow> runs = await db.Runs.AsNoTracking().Where(r => !RunStatuses.Ended.Contains(r.Status)).ToListAsync(cancel);
        TrainingRun? user = runs.Select(r => r.ToRecord()).FirstOrDefault(r => Guid.TryParse(r.Plan.Network.Pretrained, out Guid start) && start == id);
        if (user is not null) throw InUse($"The run '{user.Name}' starts from the checkpoint.");
        Checkpoint deleted = row.ToRecord();
        Guid[] openRuns = [.. runs.Select(r => r.Id)];
        bool needed = await db.RunOutputs.AnyAsync(o => o.Blob == deleted.WeightsKey && openRuns.Contains(o.RunId), cancel);
        if (needed) throw InUse("A run that has not ended goes on from the checkpoint.");
        await ForgetAsync(db, deleted, cancel);
        db.Checkpoints.Remove(row);
        await db.SaveChangesAsync(cancel);
        return deleted;
    }

    /// <summary>A stage whose model is gone is not finished any more, in any run that shares it: a resume trains it anew.</summary>
    private static async Task ForgetAsync(UdaSegDbContext db, Checkpoint deleted, CancellationToken cancel)
    {
        List<RunOutputRow> models = await db.RunOutputs.Where(o => o.Blob == deleted.WeightsKey).ToListAsync(cancel);
        foreach (RunOutputRow model in models)
        {
            string stage = model.Name[..model.Name.LastIndexOf('/')];
            db.RunOutputs.RemoveRange(await db.RunOutputs.Where(o => o.RunId == model.RunId && o.Name.StartsWith(stage + "/")).ToListAsync(cancel));
        }
    }

    internal static RuleViolationException NotFound(string name) => new(RuleKind.NotFound, "checkpoint-not-found", $"There is no checkpoint '{name}'.");

    private static RuleViolationException InUse(string message) => new(RuleKind.Conflict, "checkpoint-in-use", message);
}

/// <summary>A checkpoint as a run's answer lists it.</summary>
public sealed record RunCheckpoint(Guid Id, int Stage, long Iteration);
