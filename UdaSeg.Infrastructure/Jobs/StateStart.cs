using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Before anything else starts: brings the database to the present schema. On an embedded data root it also takes up what the last server left, for no other
/// can be at work there; where several hosts share a database, the queue is durable and <see cref="LeaseSweep"/> finds what is left.
/// </summary>
internal sealed class StateStart(
    UdaSegSettings settings, IDbContextFactory<UdaSegDbContext> contexts, JobRecovery recovery, TimeProvider clock) : IHostedService, IDisposable
{
    private DataRootLock? _lock;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.IsEmbedded) _lock = DataRootLock.Take(settings.ResolvedDataRoot);
        DatabaseStart.Migrate(contexts, settings, clock);
        if (settings.IsEmbedded) await recovery.RecoverAsync(cancellationToken);
    }

    /// <summary>The lock stays until everything else has stopped: see <see cref="Dispose"/>.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();
}
