using Hangfire;
using Hangfire.AspNetCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Works on the queues until the host stops, in the roles that do.</summary>
internal sealed class JobServers(UdaSegSettings settings, IServiceProvider services, IServiceScopeFactory scopes) : IHostedService
{
    // A trainer gets its grace to write a checkpoint before the server goes.
    private static readonly TimeSpan ShutdownTimeout = ChildProcess.Grace + TimeSpan.FromSeconds(5);

    private readonly List<BackgroundJobServer> _servers = [];
    private Task? _stopped;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Role == ServerRole.Api) return Task.CompletedTask;
        _servers.Add(Start(JobQueues.Training, settings.Limits.MaxConcurrentRuns));
        _servers.Add(Start(JobQueues.Light, 1));
        _servers.Add(Start(JobQueues.Alignment, 1));
        return Task.CompletedTask;
    }

    /// <summary>A host may stop twice at once (its own run loop, and whoever disposes it): both wait for the same end.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_servers) return _stopped ??= StopServersAsync(cancellationToken);
    }

    private async Task StopServersAsync(CancellationToken cancel)
    {
        foreach (BackgroundJobServer server in _servers) server.SendStop();
        foreach (BackgroundJobServer server in _servers)
        {
            await server.WaitForShutdownAsync(cancel);
            server.Dispose();
        }
    }

    private BackgroundJobServer Start(string queue, int workers) => new(
        new BackgroundJobServerOptions
        {
            ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{queue}",
            Queues = [queue],
            WorkerCount = workers,
            ShutdownTimeout = ShutdownTimeout,
            SchedulePollingInterval = TimeSpan.FromSeconds(1),
            CancellationCheckInterval = TimeSpan.FromSeconds(1),
            Activator = new AspNetCoreJobActivator(scopes),
        },
        services.GetRequiredService<JobStorage>());
}
