using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Tells from a run's history whether starting it again is worth while.</summary>
internal sealed class RunDeaths(IDbContextFactory<UdaSegDbContext> contexts)
{
    /// <summary>A cause that is not the trainer's fault.</summary>
    public const string ServerStopped = "the server stopped";

    /// <summary>The cause of a run's being queued that a user asked for.</summary>
    public const string Resumed = "resumed";

    /// <returns>How many times in a row the trainer died without getting further than before; a resume by a user starts the count anew.</returns>
    public int CountFruitless(Guid run)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        IQueryable<RunEventRow> statuses = db.RunEvents.AsNoTracking().Where(e => e.RunId == run && e.Kind == RunEventKinds.Status);
        List<string> history = [.. statuses.OrderBy(e => e.Sequence).Select(e => e.Data)];
        return CountFruitless(history.Select(RowMapping.Read<StatusEntry>));
    }

    internal static int CountFruitless(IEnumerable<StatusEntry> history)
    {
        (long furthest, int count) = (-1, 0);
        foreach (StatusEntry entry in history)
        {
            if (entry is { Status: RunStatus.Queued, Cause: Resumed }) (furthest, count) = (-1, 0);
            if (entry is not { Status: RunStatus.Interrupted } || entry.Cause is ServerStopped or LeaseSweep.Silent or LeaseSweep.Gone) continue;
            (furthest, count) = entry.Iteration > furthest ? (entry.Iteration, 1) : (furthest, count + 1);
        }

        return count;
    }
}
