using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>For <c>dotnet ef migrations add</c> only; opens nothing.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<UdaSegDbContext>
{
    public UdaSegDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<UdaSegDbContext>().UseSqlite("Data Source=design-time.db").Options);
}
