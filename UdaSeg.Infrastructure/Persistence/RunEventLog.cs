using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>One thing that happened to a run.</summary>
/// <param name="Sequence">1, 2, 3… within the run, without gaps.</param>
/// <param name="Kind">One of <see cref="RunEventKinds"/>.</param>
/// <param name="Data">What it says, by kind.</param>
/// <param name="At">When it was recorded.</param>
internal sealed record RunEvent(long Sequence, string Kind, JsonElement Data, DateTimeOffset At)
{
    public T As<T>() => Data.Deserialize<T>(RowMapping.Json) ?? throw new InvalidDataException("An event has no data.");
}

/// <summary>The kinds that the contract names.</summary>
internal static class RunEventKinds
{
    public const string Status = "status";
    public const string Progress = "progress";
    public const string Metrics = "metrics";
    public const string Stage = "stage";
    public const string Checkpoint = "checkpoint";
    public const string Evaluation = "evaluation";
    public const string Log = "log";
}

/// <summary>Every run's history: what events are streamed, replayed and plotted from. The server and the run's trainer process both write to it.</summary>
internal sealed class RunEventLog(IDbContextFactory<UdaSegDbContext> contexts, TimeProvider clock)
{
    /// <returns>The event's sequence number.</returns>
    public long Append(Guid run, string kind, object data) => DatabaseRetry.Run(() =>
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        long sequence = (db.RunEvents.Where(e => e.RunId == run).Max(e => (long?)e.Sequence) ?? 0) + 1;
        db.RunEvents.Add(new RunEventRow { RunId = run, Sequence = sequence, Kind = kind, Data = RowMapping.Write(data), At = clock.GetUtcNow().UtcTicks });
        db.SaveChanges();
        return sequence;
    });

    /// <returns>Events after <paramref name="since"/>, in order.</returns>
    public async Task<IReadOnlyList<RunEvent>> ReadAsync(Guid run, long since, int limit, CancellationToken cancel, params string[] kinds)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        IQueryable<RunEventRow> rows = db.RunEvents.AsNoTracking().Where(e => e.RunId == run && e.Sequence > since);
        if (kinds.Length > 0) rows = rows.Where(e => kinds.Contains(e.Kind));
        List<RunEventRow> found = await rows.OrderBy(e => e.Sequence).Take(limit).ToListAsync(cancel);
        return [.. found.Select(e => new RunEvent(e.Sequence, e.Kind, JsonElement.Parse(e.Data), new DateTimeOffset(e.At, TimeSpan.Zero)))];
    }

    /// <returns>By run, its events of a kind in order.</returns>
    public async Task<ILookup<Guid, RunEvent>> OfRunsAsync(IReadOnlyCollection<Guid> runs, string kind, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        IQueryable<RunEventRow> rows = db.RunEvents.AsNoTracking().Where(e => runs.Contains(e.RunId) && e.Kind == kind);
        List<RunEventRow> found = await rows.OrderBy(e => e.Sequence).ToListAsync(cancel);
        return found.ToLookup(e => e.RunId, e => new RunEvent(e.Sequence, e.Kind, JsonElement.Parse(e.Data), new DateTimeOffset(e.At, TimeSpan.Zero)));
    }

    /// <returns>The newest event of a kind; null: there is none.</returns>
    public async Task<RunEvent?> LastAsync(Guid run, string kind, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        IQueryable<RunEventRow> rows = db.RunEvents.AsNoTracking().Where(e => e.RunId == run && e.Kind == kind);
        RunEventRow? last = await rows.OrderByDescending(e => e.Sequence).FirstOrDefaultAsync(cancel);
        return last is null ? null : new RunEvent(last.Sequence, last.Kind, JsonElement.Parse(last.Data), new DateTimeOffset(last.At, TimeSpan.Zero));
    }
}
