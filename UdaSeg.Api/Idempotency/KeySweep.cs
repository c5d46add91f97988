using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Idempotency;

/// <summary>Forgets old answers once in a while, where requests are answered. Until then they are passed over.</summary>
internal sealed class KeySweep(IdempotencyStore store, UdaSegSettings settings, TimeProvider clock, ILogger<KeySweep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Role == ServerRole.Worker) return;
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await store.PurgeAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogWarning("Old Idempotency-Keys could not be forgotten: {Fault}", fault.GetBaseException().Message);
            }
        }
    }
}
