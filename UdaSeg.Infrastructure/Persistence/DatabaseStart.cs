using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Telemetry;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>Opens the database, and brings it to the present schema when the server starts. A trainer process never migrates.</summary>
internal static class DatabaseStart
{
    /// <summary>Several processes write to one file: a writer waits this long for the others.</summary>
    private const int BusySeconds = 60;

    private static readonly TimeSpan StaleLock = TimeSpan.FromMinutes(2);

    public static IServiceCollection AddUdaSegDatabase(this IServiceCollection services, UdaSegSettings settings) =>
        (settings.UsesPostgres ? services.AddContexts<PostgresUdaSegDbContext>(settings) : services.AddContexts<SqliteUdaSegDbContext>(settings))
            .AddSingleton<DatasetStore>()
            .AddSingleton<LabelSpaceStore>()
            .AddSingleton<RunStore>()
            .AddSingleton<RunLedger>()
            .AddSingleton<RunEventLog>()
            .AddSingleton<RunLeases>()
            .AddSingleton<RunOutputTable>()
            .AddSingleton<CheckpointStore>()
            .AddSingleton<AliasStore>()
            .AddSingleton<EvaluationStore>()
            .AddSingleton<StudyStore>()
            .AddSingleton<IdempotencyStore>();

    private static IServiceCollection AddContexts<TContext>(this IServiceCollection services, UdaSegSettings settings)
        where TContext : UdaSegDbContext => services
        .AddStorageMeter()
        .AddDbContextFactory<TContext>((provider, options) => Configure(options, settings).AddInterceptors(provider.GetRequiredService<DatabaseFailures>()))
        .AddSingleton<IDbContextFactory<UdaSegDbContext>, ProviderContextFactory<TContext>>();

    /// <summary>No retrying execution strategy: it would repeat statements, where only a whole read-change-write can be repeated.</summary>
    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, UdaSegSettings settings) =>
        (settings.UsesPostgres ? options.UseNpgsql(settings.Database) : options.UseSqlite(Sqlite(settings.DatabasePath)))
        .ConfigureWarnings(warnings => warnings.Log((RelationalEventId.CommandExecuted, LogLevel.Debug))); // some per second while a run is watched

    /// <summary>Whether the server can be reached, before anything is built upon it.</summary>
    /// <exception cref="DatabaseUnusableException">With words for the operator.</exception>
    public static void Probe(UdaSegSettings settings)
    {
        if (settings.UsesPostgres) PostgresStart.Probe(settings.Database);
    }

    /// <summary>Safe when several processes start at once.</summary>
    /// <exception cref="DatabaseUnusableException">With words for the operator.</exception>
    public static void Migrate(IDbContextFactory<UdaSegDbContext> contexts, UdaSegSettings settings, TimeProvider clock)
    {
        Directory.CreateDirectory(settings.ResolvedDataRoot);
        if (settings.UsesPostgres)
        {
            PostgresStart.InTurn(settings.Database, () =>
            {
                using UdaSegDbContext db = contexts.CreateDbContext();
                db.Database.Migrate();
                return true;
            });
        }
        else
        {
            MigrateFile(contexts, clock);
        }
    }

    private static string Sqlite(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusySeconds, ForeignKeys = true }.ToString();

    private static void MigrateFile(IDbContextFactory<UdaSegDbContext> contexts, TimeProvider clock)
    {
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
