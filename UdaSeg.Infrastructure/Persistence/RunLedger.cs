using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>Something to add to a run's history.</summary>
internal sealed record RunEntry(string Kind, object Data);

/// <param name="Status">What the run became.</param>
/// <param name="Attempt">The attempt that this belongs to.</param>
/// <param name="Iteration">How far it had come.</param>
/// <param name="Cause">Why, where it is not plain.</param>
/// <param name="Failure">Of a failed run.</param>
/// <param name="Owner">Of a run that starts: who took it.</param>
internal sealed record StatusEntry(RunStatus Status, int Attempt, long Iteration, string? Cause = null, RunFailure? Failure = null, string? Owner = null);

/// <summary>The run is no longer this process's attempt: whatever it would write belongs to nobody.</summary>
internal sealed class RunLostException() : Exception("The run was taken over.");

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

    /// <summary>
    /// Starts a waiting run under a new lease: one update that is conditional on the row's version, together with its event. Of several takers one wins.
    /// </summary>
    /// <param name="id">The run.</param>
    /// <param name="owner">See <see cref="Jobs.LeaseOwner"/>.</param>
    /// <returns>The run as started, whose attempt is the lease's epoch; null when it waits no more.</returns>
    public TrainingRun? TryTake(Guid id, string owner) => DatabaseRetry.Run(() =>
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        if (db.Runs.FirstOrDefault(r => r.Id == id) is not { Status: RunStatus.Queued } row) return null;
        TrainingRun started = row.ToRecord().Start(clock.GetUtcNow());
        RunStore.Apply(row, started);
        (row.LeaseOwner, row.LeaseBeat) = (owner, row.LeaseBeat + 1);
        Add(db, id, [new RunEntry(RunEventKinds.Status, new StatusEntry(started.Status, started.Attempt, started.Iteration, null, null, owner))]);
        db.SaveChanges();
        return started;
    });

    /// <summary>As <see cref="Write"/>, while the lease is held only.</summary>
    /// <exception cref="RunLostException">The run has ended or began a new epoch: whatever was to be written belongs to nobody.</exception>
    public (TrainingRun Before, TrainingRun After) WriteUnder(int epoch, Guid id, Func<TrainingRun, TrainingRun> change, string? cause = null,
        params IReadOnlyList<RunEntry> entries) =>
        Write(id, now => now.IsOpen() && now.Attempt == epoch ? change(now) : throw new RunLostException(), cause, entries);

    /// <summary>A new run, with its first event.</summary>
    /// <param name="run">As submitted.</param>
    /// <param name="outputs">That it begins with: a branch's are its parent's.</param>
    public void Submit(TrainingRun run, params IReadOnlyList<RunOutput> outputs)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        db.Runs.Add(run.ToRow());
        long at = clock.GetUtcNow().UtcTicks;
        db.RunOutputs.AddRange(outputs.Select(o => new RunOutputRow { RunId = run.Id, Name = o.Name, Blob = o.Blob, Epoch = 0, At = at }));
        Add(db, run.Id, [Submitted(run)]);
        db.SaveChanges();
    }

    /// <summary>A new study with its new runs and their first events: all of it, or nothing.</summary>
    /// <param name="study">As submitted.</param>
    /// <param name="runs">Those that it names.</param>
    public void Submit(Study study, IReadOnlyList<TrainingRun> runs)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        db.Studies.Add(study.ToRow());
        long at = clock.GetUtcNow().UtcTicks;
        foreach (TrainingRun run in runs)
        {
            db.Runs.Add(run.ToRow());
            Add(db, run.Id, [Submitted(run)], last: 0, at);
        }

        db.SaveChanges();
    }

    private static RunEntry Submitted(TrainingRun run) =>
        new(RunEventKinds.Status, new StatusEntry(run.Status, run.Attempt, run.Iteration, "submitted"));

    private void Add(UdaSegDbContext db, Guid run, IReadOnlyList<RunEntry> entries)
    {
        if (entries.Count == 0) return;
        long last = db.RunEvents.Where(e => e.RunId == run).Max(e => (long?)e.Sequence) ?? 0;
        Add(db, run, entries, last, clock.GetUtcNow().UtcTicks);
    }

    private static void Add(UdaSegDbContext db, Guid run, IReadOnlyList<RunEntry> entries, long last, long at)
    {
        foreach (RunEntry entry in entries)
        {
            db.RunEvents.Add(new RunEventRow { RunId = run, Sequence = ++last, Kind = entry.Kind, Data = RowMapping.Write(entry.Data), At = at });
        }
    }
}
