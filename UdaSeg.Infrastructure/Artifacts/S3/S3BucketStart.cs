using Microsoft.Extensions.Hosting;

namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>Makes the bucket when the server starts, before work is taken up. A server whose artifacts cannot be reached does not start.</summary>
internal sealed class S3BucketStart(S3ArtifactStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        store.MakeBucket();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
