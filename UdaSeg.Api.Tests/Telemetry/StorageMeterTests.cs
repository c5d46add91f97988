using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Observability;
using UdaSeg.Api.Tests.Observability;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Telemetry;

public sealed class StorageMeterTests : IDisposable
{
    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Every_kind_of_failure_begins_at_nought()
    {
        Exposition read = await ScrapeAsync();
        Assert.Equal(3, read.Series.Count(s => s.Name == "udaseg_database_failures_total"));
        Assert.Equal(4, read.Series.Count(s => s.Name == "udaseg_artifacts_failures_total"));
        Assert.Equal(0, read.Sum("udaseg_database_failures_total") + read.Sum("udaseg_artifacts_failures_total"));
    }

    [Fact]
    public async Task A_command_that_fails_is_counted_on_both_ways()
    {
        await ScrapeAsync();
        await using UdaSegDbContext db = await Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Throws<SqliteException>(() => db.Database.ExecuteSqlRaw("SELECT * FROM nothing"));
        await Assert.ThrowsAsync<SqliteException>(() => db.Database.ExecuteSqlRawAsync("SELECT * FROM nothing", TestContext.Current.CancellationToken));
        Assert.Throws<SqliteException>(() => db.Database.ExecuteSqlRaw("CREATE TABLE once (id INTEGER PRIMARY KEY); INSERT INTO once VALUES (1), (1)"));

        Exposition read = await ScrapeAsync();
        Assert.Equal(2, read.Sum("udaseg_database_failures_total", "kind=\"other\""));
        Assert.Equal(1, read.Sum("udaseg_database_failures_total", "kind=\"race\""));
    }

    [Fact]
    public async Task Artifacts_that_fail_are_counted_by_kind_and_those_that_are_not_there_are_not()
    {
        await ScrapeAsync();
        IArtifactStore store = _host.Services.GetRequiredService<IArtifactStore>();
        Assert.Throws<FileNotFoundException>(() => store.OpenRead("none"));
        Assert.Throws<ArgumentException>(() => store.Exists("../x"));
        Fails<ArtifactsUnavailableException>(new ArtifactsUnavailableException("away", new IOException()));
        Fails<IOException>(new IOException("full", 28));
        Fails<InvalidDataException>(new InvalidDataException());
        Fails<UnauthorizedAccessException>(new UnauthorizedAccessException());

        Exposition read = await ScrapeAsync();
        foreach (string kind in (string[])["unavailable", "full", "damaged", "other"]) Assert.Equal(1, read.Sum("udaseg_artifacts_failures_total", $"kind=\"{kind}\""));

        void Fails<T>(Exception fault)
            where T : Exception => Assert.Throws<T>(() => store.Write("key", _ => throw fault));
    }

    private IDbContextFactory<UdaSegDbContext> Contexts => _host.Services.GetRequiredService<IDbContextFactory<UdaSegDbContext>>();

    private async Task<Exposition> ScrapeAsync() =>
        Exposition.Parse(await _host.Services.GetRequiredService<PrometheusScrape>().WriteAsync(TestContext.Current.CancellationToken));
}
