using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Where hosts share a bucket: at the start and once in a while, drops this host's copies of data sets that were deleted elsewhere, what a process that was
/// killed left half-made, and parcels that belong to no data set. An embedded server does the like once, before it begins (<see cref="JobRecovery"/>).
/// </summary>
internal sealed class OwnedSweep(OwnedDatasets owned, DatasetStore datasets, TimeProvider clock, ILogger<OwnedSweep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!owned.Travel) return;
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            await Task.Run(Sweep, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Sweep()
    {
        try
        {
            int removed = owned.Sweep(id => datasets.Find(id) is not null);
            if (removed > 0) log.LogInformation("Removed {Count} files and folders of no data set", removed);
        }
        catch (Exception fault)
        {
            log.LogWarning(fault, "Files of no data set could not be removed");
        }
    }
}
