using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Observability;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Observability;

public sealed class TrainingFiguresTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly ResourceHost _host;

    public TrainingFiguresTests() => _host = new() { More = services => services.AddSingleton<TimeProvider>(_clock) };

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_run_has_figures_while_it_is_under_way_and_none_afterwards()
    {
        Guid run = AddRun(RunStatus.Running);
        AddRun(RunStatus.Succeeded);
        _host.Services.GetRequiredService<RunEventLog>().Append(
            run, RunEventKinds.Metrics, new MetricsEntry(0, 40, 0.1, new Dictionary<string, double?> { ["a"] = 1.5, ["b"] = 0.25, ["total"] = 1.75 }, 12.5, null));
        string label = $"run=\"{run}\"";
        Exposition read = await ScrapeAsync();

        Assert.Equal(12.5, read.Sum("udaseg_run_throughput_images_per_second", label));
        Assert.Equal(40, read.Sum("udaseg_run_iteration", label));
        Assert.Equal(1.75, read.Sum("udaseg_run_loss", label));
        Assert.Equal(1, read.Sum("udaseg_runs", "status=\"running\""));
        Assert.Equal(1, read.Sum("udaseg_runs", "status=\"succeeded\""));
        Assert.Single(read.Series, s => s.Name == "udaseg_run_lease_age_seconds");

        await ChangeAsync(run, row => row.Status = RunStatus.Failed);
        Assert.DoesNotContain((await ScrapeAsync()).Series, s => s.Labels.Contains("run=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lease_ages_until_its_worker_shows_a_sign_of_life()
    {
        Guid run = AddRun(RunStatus.Running);
        Assert.Equal(0, (await ScrapeAsync()).Sum("udaseg_run_lease_age_seconds"));
        _clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(7, (await ScrapeAsync()).Sum("udaseg_run_lease_age_seconds"));
        await ChangeAsync(run, row => row.LeaseBeat++);
        Assert.Equal(0, (await ScrapeAsync()).Sum("udaseg_run_lease_age_seconds"));
    }

    private async Task<Exposition> ScrapeAsync() =>
        Exposition.Parse(await _host.Services.GetRequiredService<PrometheusScrape>().WriteAsync(TestContext.Current.CancellationToken));

    private Guid AddRun(RunStatus status)
    {
        TrainingRun run = Samples.Run(status);
        using UdaSegDbContext db = Contexts.CreateDbContext();
        db.Runs.Add(run.ToRow());
        db.SaveChanges();
        return run.Id;
    }

    private async Task ChangeAsync(Guid run, Action<RunRow> change)
    {
        await using UdaSegDbContext db = await Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        change(await db.Runs.SingleAsync(r => r.Id == run, TestContext.Current.CancellationToken));
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private IDbContextFactory<UdaSegDbContext> Contexts => _host.Services.GetRequiredService<IDbContextFactory<UdaSegDbContext>>();
}
