using Microsoft.EntityFrameworkCore;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>A published output of a run.</summary>
/// <param name="Name">Within the run.</param>
/// <param name="Blob">Its key in the artifact store.</param>
internal sealed record RunOutput(string Name, string Blob);

/// <summary>
/// Which blob each output's name stands for. Publishing is a change of a row here, made in one transaction with a touch of the lease: an owner whose lease
/// was taken away can write blobs under its own epoch, and publish none of them.
/// </summary>
internal sealed class RunOutputTable(IDbContextFactory<UdaSegDbContext> contexts, TimeProvider clock)
{
    public string? Find(Guid run, string name)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return db.RunOutputs.Where(o => o.RunId == run && o.Name == name).Select(o => o.Blob).FirstOrDefault();
    }

    /// <returns>Outputs whose names start with the prefix, in ordinal order.</returns>
    public IReadOnlyList<RunOutput> List(Guid run, string prefix)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        List<RunOutput> all = [.. db.RunOutputs.Where(o => o.RunId == run).Select(o => new RunOutput(o.Name, o.Blob))];
        return [.. all.Where(o => o.Name.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(o => o.Name, StringComparer.Ordinal)];
    }

    /// <returns>The blob that the name stood for before, when nothing stands for it any more.</returns>
    /// <exception cref="RunLostException">The lease is another's by now.</exception>
    public string? Publish(Guid run, int epoch, string name, string blob) => Change(run, epoch, name, (db, row) =>
    {
        long at = clock.GetUtcNow().UtcTicks;
        if (row is null) db.RunOutputs.Add(new RunOutputRow { RunId = run, Name = name, Blob = blob, Epoch = epoch, At = at });
        else (row.Blob, row.Epoch, row.At) = (blob, epoch, at);
    });

    /// <inheritdoc cref="Publish"/>
    public string? Remove(Guid run, int epoch, string name) => Change(run, epoch, name, (db, row) =>
    {
        if (row is not null) db.RunOutputs.Remove(row);
    });

    private string? Change(Guid run, int epoch, string name, Action<UdaSegDbContext, RunOutputRow?> change) => DatabaseRetry.Run(() =>
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        using Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction = db.Database.BeginTransaction();

        // The update locks the run's row: no one can take the lease between this and the commit.
        int held = db.Runs.Where(r => r.Id == run && r.LeaseEpoch == epoch && RunStatuses.Open.Contains(r.Status))
            .ExecuteUpdate(set => set.SetProperty(r => r.LeaseBeat, r => r.LeaseBeat + 1));
        if (held == 0) throw new RunLostException();
        RunOutputRow? row = db.RunOutputs.FirstOrDefault(o => o.RunId == run && o.Name == name);
        string? before = row?.Blob;
        change(db, row);
        db.SaveChanges();
        bool orphaned = before is not null && !db.RunOutputs.Any(o => o.Blob == before);
        transaction.Commit();
        return orphaned ? before : null;
    });
}
