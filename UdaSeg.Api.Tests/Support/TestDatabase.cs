using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Tests.Support;

/// <summary>A migrated database, opened as the server opens it: SQLite in a folder of its own, or an empty PostgreSQL database.</summary>
internal sealed class TestDatabase : IDbContextFactory<UdaSegDbContext>, IDisposable
{
    private readonly TempFolder _folder = new();

    /// <param name="connection">A PostgreSQL connection string; empty: SQLite.</param>
    /// <param name="migrate">False to find the database as it is.</param>
    public TestDatabase(string connection = "", bool migrate = true)
    {
        Settings = new UdaSegSettings { DataRoot = _folder.Path, Database = connection };
        if (migrate) Migrate();
    }

    public UdaSegSettings Settings { get; }

    public void Migrate() => DatabaseStart.Migrate(this, Settings, TimeProvider.System);

    public UdaSegDbContext CreateDbContext() => Settings.UsesPostgres
        ? new PostgresUdaSegDbContext(Options<PostgresUdaSegDbContext>())
        : new SqliteUdaSegDbContext(Options<SqliteUdaSegDbContext>());

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        if (Settings.UsesPostgres)
        {
            using var pooled = new NpgsqlConnection(Settings.Database);
            NpgsqlConnection.ClearPool(pooled);
        }

        _folder.Dispose();
    }

    private DbContextOptions<T> Options<T>()
        where T : UdaSegDbContext => (DbContextOptions<T>)DatabaseStart.Configure(new DbContextOptionsBuilder<T>(), Settings).Options;
}
