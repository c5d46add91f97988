using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts.S3;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Telemetry;

namespace UdaSeg.Infrastructure.Artifacts;

/// <summary>Chooses where artifacts lie: in the bucket that is set, else in files.</summary>
internal static class ArtifactsSetup
{
    public static IServiceCollection AddUdaSegArtifacts(this IServiceCollection services, UdaSegSettings settings) => settings.Artifacts.S3 is { } s3
        ? services.AddStorageMeter()
            .AddSingleton(provider => S3ArtifactStore.Open(s3, settings.CacheRoot, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<IArtifactStore>(provider => Counted(provider, provider.GetRequiredService<S3ArtifactStore>()))
            .AddHostedService<S3BucketStart>() // child processes have no host, so they make none
        : services.AddStorageMeter()
            .AddSingleton(new FileArtifactStore(settings.ArtifactRoot))
            .AddSingleton<IArtifactStore>(provider => Counted(provider, provider.GetRequiredService<FileArtifactStore>()));

    private static CountedArtifacts Counted(IServiceProvider provider, IArtifactStore store) => new(store, provider.GetRequiredService<StorageMeter>());
}
