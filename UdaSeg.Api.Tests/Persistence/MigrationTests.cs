using Microsoft.EntityFrameworkCore;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Persistence;

public sealed class MigrationTests : IDisposable
{
    private readonly TestDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void The_migrations_say_all_that_the_model_says()
    {
        using UdaSegDbContext db = _database.CreateDbContext();
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(db.Database.GetPendingMigrations());
    }

    [Fact]
    public void Processes_share_the_file_through_a_write_ahead_log()
    {
        using UdaSegDbContext db = _database.CreateDbContext();
        Assert.Equal("wal", db.Database.SqlQueryRaw<string>("SELECT journal_mode AS \"Value\" FROM pragma_journal_mode").Single());
    }

    [Fact]
    public void A_lock_that_a_killed_server_left_does_not_stop_the_next_one()
    {
        using (UdaSegDbContext db = _database.CreateDbContext())
        {
            db.Database.ExecuteSqlRaw("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2001-01-01 00:00:00+00:00')");
        }

        // Without the clearing this would wait for ever.
        DatabaseStart.Migrate(_database, _database.Settings, TimeProvider.System);
        using UdaSegDbContext after = _database.CreateDbContext();
        Assert.Equal(0, after.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS \"Value\" FROM \"__EFMigrationsLock\"").Single());
    }
}
