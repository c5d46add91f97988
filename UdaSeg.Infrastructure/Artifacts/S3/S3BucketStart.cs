using Microsoft.Extensions.Hosting;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>Makes the bucket when the server starts, before work is taken up. A server whose artifacts cannot be reached does not start.</summary>
internal sealed class S3BucketStart(S3ArtifactStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            store.MakeBucket();
        }
        catch (IOException fault)
        {
            throw new InvalidSettingsException([$"UdaSeg:Artifacts:S3 does not work: {fault.Message}"]);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
