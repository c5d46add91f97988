using Hangfire;
using Hangfire.AspNetCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Brings the database up, takes unfinished work up again, and works on the two queues until the host stops.</summary>
internal sealed class JobServers(
    UdaSegSettings settings, IDbContextFactory<UdaSegDbContext> contexts, JobRecovery recovery, JobStorage storage, IServiceScopeFactory scopes, TimeProvider clock) : IHostedService
{
    // A trainer gets its grace to write a checkpoint before the server goes.
    private static readonly TimeSpan ShutdownTimeout = ChildProcess.Grace + TimeSpan.FromSeconds(5);

    private readonly List<BackgroundJobServer> _servers = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        DatabaseStart.Migrate(contexts, settings, clock);
        await recovery.RecoverAsync(cancellationToken);
        _servers.Add(Start(JobQueues.Training, settings.Limits.MaxConcurrentRuns));
        _servers.Add(Start(JobQueues.Light, 1));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        BackgroundJobServer[] servers = [.. _servers];
        _servers.Clear(); // a host may stop twice
        foreach (BackgroundJobServer server in servers) server.SendStop();
        foreach (BackgroundJobServer server in servers)
        {
            await server.WaitForShutdownAsync(cancellationToken);
            server.Dispose();
        }
    }

    private BackgroundJobServer Start(string queue, int workers) => new(
        new BackgroundJobServerOptions
        {
            ServerName = $"{Environment.MachineName}:{queue}",
            Queues = [queue],
            WorkerCount = workers,
            ShutdownTimeout = ShutdownTimeout,
            SchedulePollingInterval = TimeSpan.FromSeconds(1),
            Activator = new AspNetCoreJobActivator(scopes),
        },
        storage);
}
