using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Observability;

/// <summary>
/// Runs as the database knows them, read before a scrape. A run's id is a label only while it is under way, and of at most
/// <see cref="MostRuns"/> runs, so that the number of series stays small however many runs there were.
/// </summary>
internal sealed class RunFigures(IDbContextFactory<UdaSegDbContext> contexts, RunEventLog events, TimeProvider clock, ILogger<RunFigures> log)
{
    private const int MostRuns = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly RunStatus[] Statuses = Enum.GetValues<RunStatus>();

    private volatile Snapshot _now = new([], [], 0);
    private Dictionary<Guid, Beat> _beats = [];
    private readonly SemaphoreSlim _one = new(1);

    public void Describe(Meter meter)
    {
        meter.CreateObservableGauge("udaseg.runs", () => _now.ByStatus, "{run}", "Training runs by status.");
        meter.CreateObservableGauge("udaseg.queue.length", Waiting, "{run}", "Training runs that wait for a worker.");
        meter.CreateObservableGauge("udaseg.run.lease.age", () => Each(f => f.LeaseAge), "s", "Since a running run's worker was last seen alive, by scrapes of this process.");
        meter.CreateObservableGauge("udaseg.run.throughput", () => Each(f => f.Metrics?.ImagesPerSecond), "{image}/s", "Images per second of training.");
        meter.CreateObservableGauge("udaseg.run.iteration", () => Each(f => f.Metrics?.Iteration), "{iteration}", "Iterations done over all stages.");
        meter.CreateObservableGauge("udaseg.run.loss", () => Each(f => f.Loss), null, "The sum of a run's loss terms.");
        meter.CreateObservableGauge("udaseg.database.up", () => _now.Up, null, "Whether the database answered this scrape.");
    }

    /// <summary>Never throws: a scrape without a database still tells the rest, and that the database is away.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            _now = await ReadAsync(patience.Token);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            log.LogWarning("Runs could not be counted: {Fault}", fault.GetBaseException().Message);
            _now = new([], [], 0);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<Snapshot> ReadAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        Dictionary<RunStatus, long> counts = await db.Runs.AsNoTracking().GroupBy(r => r.Status)
            .Select(g => new { Status = g.Key, Count = g.LongCount() }).ToDictionaryAsync(g => g.Status, g => g.Count, cancel);
        var open = await db.Runs.AsNoTracking().Where(r => RunStatuses.Open.Contains(r.Status)).OrderBy(r => r.CreatedAt).Take(MostRuns)
            .Select(r => new { r.Id, r.LeaseEpoch, r.LeaseBeat }).ToListAsync(cancel);
        Dictionary<Guid, Beat> beats = [];
        List<RunFigure> figures = [];
        foreach (var run in open)
        {
            Beat seen = new(run.LeaseEpoch, run.LeaseBeat, clock.GetTimestamp());
            if (_beats.TryGetValue(run.Id, out Beat? before) && (before.Epoch, before.Count) == (seen.Epoch, seen.Count)) seen = before;
            beats[run.Id] = seen;
            MetricsEntry? metrics = (await events.LastAsync(run.Id, RunEventKinds.Metrics, cancel))?.As<MetricsEntry>();
            figures.Add(new RunFigure(run.Id, clock.GetElapsedTime(seen.Since).TotalSeconds, metrics));
        }

        _beats = beats;
        return new([.. Statuses.Select(s => new Measurement<long>(counts.GetValueOrDefault(s), Label("status", s.ToString().ToLowerInvariant())))], figures, 1);
    }

    private IEnumerable<Measurement<long>> Waiting() =>
        _now.ByStatus.Where(m => m.Tags[0].Value is "queued" or "interrupted").Select(m => m.Value).DefaultIfEmpty(-1).Sum() is >= 0 and var waiting
            ? [new Measurement<long>(waiting)]
            : [];

    private IEnumerable<Measurement<double>> Each(Func<RunFigure, double?> figure) =>
        _now.Running.Where(f => figure(f) is not null).Select(f => new Measurement<double>(figure(f)!.Value, Label("run", f.Run.ToString())));

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private sealed record Beat(int Epoch, long Count, long Since);

    private sealed record RunFigure(Guid Run, double LeaseAge, MetricsEntry? Metrics)
    {
        public double? Loss => Metrics?.Losses.GetValueOrDefault("total"); // the terms' sum stands beside them
    }

    private sealed record Snapshot(IReadOnlyList<Measurement<long>> ByStatus, IReadOnlyList<RunFigure> Running, long Up);
}
