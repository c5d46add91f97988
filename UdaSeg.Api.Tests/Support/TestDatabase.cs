using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Tests.Support;

/// <summary>A migrated database in a folder of its own, opened as the server opens it.</summary>
internal sealed class TestDatabase : IDbContextFactory<UdaSegDbContext>, IDisposable
{
    private readonly TempFolder _folder = new();

    public TestDatabase()
    {
        Settings = new UdaSegSettings { DataRoot = _folder.Path };
        DatabaseStart.Migrate(this, Settings, TimeProvider.System);
    }

    public UdaSegSettings Settings { get; }

    public UdaSegDbContext CreateDbContext() =>
        new((DbContextOptions<UdaSegDbContext>)DatabaseStart.Configure(new DbContextOptionsBuilder<UdaSegDbContext>(), Settings.DatabasePath).Options);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}
