using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Deletes orphaned blobs once in a while, where training happens; where artifacts are files, also those of writers that were killed.</summary>
internal sealed class OrphanSweep(
    OrphanBlobs orphans, OnnxFiles exports, KeptPredictions predictions, UdaSegSettings settings, TimeProvider clock,
    ILogger<OrphanSweep> log, FileArtifactStore? files = null) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>No write lasts so long. On an embedded data root nobody else writes, so what lies there at the start is left over.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly DateTimeOffset _start = clock.GetUtcNow();
    private bool _began;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Role == ServerRole.Api) return;
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            await Task.Run(() => Sweep(stoppingToken), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Sweep(CancellationToken cancel)
    {
        try
        {
            DateTimeOffset before = settings.IsEmbedded && !_began ? _start : clock.GetUtcNow() - Abandoned;
            _began = true;
            int deleted = orphans.Delete(cancel) + exports.DeleteOrphans(cancel) + predictions.DeleteOrphans(cancel);
            deleted += files?.DeleteAbandoned(before) ?? 0;
            if (deleted > 0) log.LogInformation("Deleted {Count} files that no run, checkpoint or evaluation names any more", deleted);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogWarning(fault, "Files that no run or checkpoint names could not be deleted");
        }
    }
}
