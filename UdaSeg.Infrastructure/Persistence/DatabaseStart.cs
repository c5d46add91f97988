using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>Opens the database, and brings it to the present schema when the server starts. A trainer process never migrates.</summary>
internal static class DatabaseStart
{
    /// <summary>Several processes write to one file: a writer waits this long for the others.</summary>
    private const int BusySeconds = 60;

    private static readonly TimeSpan StaleLock = TimeSpan.FromMinutes(2);

    public static IServiceCollection AddUdaSegDatabase(this IServiceCollection services, UdaSegSettings settings) =>
        services
            .AddDbContextFactory<UdaSegDbContext>(options => Configure(options, settings.DatabasePath))
            .AddSingleton<DatasetStore>()
            .AddSingleton<LabelSpaceStore>()
            .AddSingleton<RunStore>()
            .AddSingleton<RunLedger>()
            .AddSingleton<RunEventLog>()
            .AddSingleton<CheckpointStore>()
            .AddSingleton<AliasStore>()
            .AddSingleton<EvaluationStore>();

    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, string path) => options
        .UseSqlite(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusySeconds, ForeignKeys = true }.ToString())
        .ConfigureWarnings(warnings => warnings.Log((RelationalEventId.CommandExecuted, LogLevel.Debug))); // some per second while a run is watched

    public static void Migrate(IDbContextFactory<UdaSegDbContext> contexts, UdaSegSettings settings, TimeProvider clock)
    {
        Directory.CreateDirectory(settings.ResolvedDataRoot);
        using UdaSegDbContext db = contexts.CreateDbContext();
        db.Database.OpenConnection();
        db.Database.ExecuteSqlRaw("PRAGMA journal_mode = WAL;");
        ClearStaleLock(db, clock);
        db.Database.Migrate();
    }

    // A server killed in the midst of a migration leaves its lock row, on which the next start would wait for ever.
    private static void ClearStaleLock(UdaSegDbContext db, TimeProvider clock)
    {
        bool exists = db.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS \"Value\" FROM sqlite_master WHERE name = '__EFMigrationsLock'").Single() > 0;
        if (!exists) return;
        string cutoff = (clock.GetUtcNow() - StaleLock).ToString("yyyy-MM-dd HH:mm:ss", null);
        db.Database.ExecuteSql($"DELETE FROM \"__EFMigrationsLock\" WHERE \"Timestamp\" < {cutoff}");
    }
}
