using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using UdaSeg.Api.Tests.Postgres;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Persistence;

public abstract class MigrationTests : IDisposable
{
    private protected MigrationTests(TestDatabase database) => Database = database;

    private protected TestDatabase Database { get; }

    public void Dispose()
    {
        Database.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void The_migrations_say_all_that_the_model_says()
    {
        using UdaSegDbContext db = Database.CreateDbContext();
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.NotEmpty(db.Database.GetAppliedMigrations());
        Assert.Empty(db.Database.GetPendingMigrations());
    }
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresMigrationTests(PostgresCluster cluster) : MigrationTests(cluster.NewTables());

public sealed class SqliteMigrationTests() : MigrationTests(new TestDatabase())
{
    [Fact]
    public void Processes_share_the_file_through_a_write_ahead_log()
    {
        using UdaSegDbContext db = Database.CreateDbContext();
        Assert.Equal("wal", db.Database.SqlQueryRaw<string>("SELECT journal_mode AS \"Value\" FROM pragma_journal_mode").Single());
    }

    [Fact]
    public void A_lock_that_a_killed_server_left_does_not_stop_the_next_one()
    {
        using (UdaSegDbContext db = Database.CreateDbContext())
        {
            db.Database.ExecuteSqlRaw("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2001-01-01 00:00:00+00:00')");
        }

        // Without the clearing this would wait for ever.
        Database.Migrate();
        using UdaSegDbContext after = Database.CreateDbContext();
        Assert.Equal(0, after.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS \"Value\" FROM \"__EFMigrationsLock\"").Single());
    }

    [Fact]
    public void A_data_root_of_the_first_release_is_brought_up_to_date_and_keeps_its_rows()
    {
        using var old = new TestDatabase(migrate: false);
        Guid id = Guid.CreateVersion7();
        using (UdaSegDbContext db = old.CreateDbContext())
        {
            db.GetService<IMigrator>().Migrate("20261124064719_Initial");
            db.Database.ExecuteSql($"INSERT INTO runs (Id, Name, Status, Target, CreatedAt, Body, Version) VALUES ({id}, 'old', 'Queued', {id}, 1, 'x', 3)");
        }

        old.Migrate();
        using UdaSegDbContext after = old.CreateDbContext();
        RunRow row = after.Runs.Single();
        Assert.Equal((id, "old", 3, null, 0, 0L), (row.Id, row.Name, row.Version, row.LeaseOwner, row.LeaseEpoch, row.LeaseBeat));
    }
}
