using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>The tables in a file of the data root.</summary>
internal sealed class SqliteUdaSegDbContext(DbContextOptions<SqliteUdaSegDbContext> options) : UdaSegDbContext(options);

/// <summary>The tables on a PostgreSQL server.</summary>
internal sealed class PostgresUdaSegDbContext(DbContextOptions<PostgresUdaSegDbContext> options) : UdaSegDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        IEnumerable<IMutableProperty> all = modelBuilder.Model.GetEntityTypes().SelectMany(table => table.GetProperties());
        foreach (IMutableProperty column in all.Where(p => p.ClrType == typeof(string)))
        {
            // As in SQLite: ordered by code point on every server, and no length on which one provider alone would fail.
            column.SetCollation("C");
            column.SetMaxLength(null);

            // The one character that PostgreSQL's text cannot hold. JSON escapes it; a client's name may have it.
            if (column.Name == nameof(RunRow.Name)) column.SetValueConverter(new NulFreeText());
        }
    }
}

/// <summary>Makes the one or the other provider's contexts those that the stores ask for.</summary>
internal sealed class ProviderContextFactory<TContext>(IDbContextFactory<TContext> provider) : IDbContextFactory<UdaSegDbContext>
    where TContext : UdaSegDbContext
{
    public UdaSegDbContext CreateDbContext() => provider.CreateDbContext();
}

/// <summary>For <c>dotnet ef migrations add</c> only; opens nothing.</summary>
internal sealed class DesignTimeSqlite : IDesignTimeDbContextFactory<SqliteUdaSegDbContext>
{
    public SqliteUdaSegDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteUdaSegDbContext>().UseSqlite("Data Source=design-time.db").Options);
}

/// <summary>For <c>dotnet ef migrations add</c> only; opens nothing.</summary>
internal sealed class DesignTimePostgres : IDesignTimeDbContextFactory<PostgresUdaSegDbContext>
{
    public PostgresUdaSegDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresUdaSegDbContext>().UseNpgsql("Host=design-time;Database=none").Options);
}
