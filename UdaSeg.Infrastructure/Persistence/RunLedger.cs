using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>Something to add to a run's history.</summary>
internal sealed record RunEntry(string Kind, object Data);

/// <param name="Status">What the run became.</param>
/// <param name="Attempt">The attempt that this belongs to.</param>
/// <param name="Iteration">How far it had come.</param>
/// <param name="Cause">Why, where it is not plain.</param>
/// <param name="Failure">Of a failed run.</param>
internal sealed record StatusEntry(RunStatus Status, int Attempt, long Iteration, string? Cause = null, RunFailure? Failure = null);

/// <summary>Changes a run and adds to its history in one transaction, so that whoever sees the one sees the other.</summary>
internal sealed class RunLedger(IDbContextFactory<UdaSegDbContext> contexts, TimeProvider clock)
{
    /// <summary>Applies a change; if the status changes, a <c>status</c> event says so. Repeats on the fresh run when another writer came first.</summary>
    /// <param name="id">The run.</param>
    /// <param name="change">Answers its argument itself to leave the run alone.</param>
    /// <param name="cause">For the status event.</param>
    /// <param name="entries">Further events, recorded before the status event.</param>
    /// <returns>The run before and after.</returns>
    /// <exception cref="RuleViolationException"><c>run-not-found</c> (404), and whatever <paramref name="change"/> refuses.</exception>
    public (TrainingRun Before, TrainingRun After) Write(Guid id, Func<TrainingRun, TrainingRun> change, string? cause = null,
        params IReadOnlyList<RunEntry> entries) =>
        DatabaseRetry.Run(() =>
        {
            using UdaSegDbContext db = contexts.CreateDbContext();
            RunRow row = db.Runs.FirstOrDefault(r => r.Id == id) ?? throw RunStore.NotFound(id);
            TrainingRun before = row.ToRecord();
            TrainingRun after = change(before);
            List<RunEntry> events = [.. entries];
            if (!ReferenceEquals(before, after)) RunStore.Apply(row, after);
            if (before.Status != after.Status)
            {
                events.Add(new RunEntry(RunEventKinds.Status, new StatusEntry(after.Status, after.Attempt, after.Iteration, cause, after.Failure)));
            }

            Add(db, id, events);
            db.SaveChanges();
            return (before, after);
        });

    /// <summary>A new run, with its first event.</summary>
    public void Submit(TrainingRun run)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        db.Runs.Add(run.ToRow());
        Add(db, run.Id, [new RunEntry(RunEventKinds.Status, new StatusEntry(run.Status, run.Attempt, run.Iteration, "submitted"))]);
        db.SaveChanges();
    }

    private void Add(UdaSegDbContext db, Guid run, IReadOnlyList<RunEntry> entries)
    {
        if (entries.Count == 0) return;
        long last = db.RunEvents.Where(e => e.RunId == run).Max(e => (long?)e.Sequence) ?? 0;
        long at = clock.GetUtcNow().UtcTicks;
        foreach (RunEntry entry in entries)
        {
            db.RunEvents.Add(new RunEventRow { RunId = run, Sequence = ++last, Kind = entry.Kind, Data = RowMapping.Write(entry.Data), At = at });
        }
    }
}
