using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Serving;

namespace UdaSeg.Api.Health;

internal sealed class DatabaseCheck(IDbContextFactory<UdaSegDbContext> contexts) : IReadinessCheck
{
    public string Name => "database";

    public async ValueTask<string?> CheckAsync(CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        await db.LabelSpaces.AsNoTracking().Select(s => s.Id).FirstOrDefaultAsync(cancel); // a table, and not the connection only: migrations ran
        return null;
    }
}

internal sealed class ArtifactsCheck(IArtifactStore artifacts) : IReadinessCheck
{
    public string Name => "artifacts";

    public async ValueTask<string?> CheckAsync(CancellationToken cancel)
    {
        string key = $"health/{Guid.NewGuid():N}";
        await Task.Run(() =>
        {
            artifacts.Write(key, stream => stream.WriteByte(1));
            artifacts.Delete(key);
        }, cancel);
        return null;
    }
}
