using UdaSeg.Api.Alignments;
using UdaSeg.Api.Datasets;
using UdaSeg.Api.DomainGaps;
using UdaSeg.Api.Health;
using UdaSeg.Api.Interop;
using UdaSeg.Api.Interop.LabelStudio;
using UdaSeg.Api.Presets;
using UdaSeg.Api.Segmentations;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Requests;

/// <summary>What the endpoints of alignments, segmentations, data sets and health need beside the core.</summary>
internal static class ResourceSetup
{
    public static IServiceCollection AddResources(this IServiceCollection services) => services
        .ConfigureHttpJsonOptions(json => JsonBodies.Configure(json.SerializerOptions))
        .AddMemoryCache()
        .AddSingleton(provider => new WorkGates(provider.GetRequiredService<UdaSegSettings>().Limits, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<DatasetSamples>()
        .AddSingleton<DatasetImages>()
        .AddSingleton<DatasetRegistration>()
        .AddSingleton<ArchiveRegistration>()
        .AddSingleton<DatasetRemoval>()
        .AddSingleton<DatasetAlignments>()
        .AddSingleton<DomainGapMeasure>()
        .AddSingleton<AlignmentReference>()
        .AddSingleton<RunSpeeds>()
        .AddSingleton<CheckpointLookup>(provider => provider.GetRequiredService<AliasStore>().ResolveAsync)
        .AddSingleton(provider => new SegmenterPool(
            provider.GetRequiredService<ISegmenterLoader>(),
            provider.GetRequiredService<CheckpointLookup>(),
            provider.GetRequiredService<UdaSegSettings>().Limits.MaxLoadedCheckpoints,
            provider.GetRequiredService<UdaSegSettings>().Limits.MaxLoadedModelBytes))
        .AddSingleton<ModelWarmUp>()
        .AddHostedService(provider => provider.GetRequiredService<ModelWarmUp>())
        .AddSingleton<IReadinessCheck, ModelCheck>()
        .AddSingleton<SegmentationWork>()
        .AddSingleton<InteropWork>()
        .AddSingleton<TaskImages>()
        .AddSingleton<IReadinessCheck, DatabaseCheck>()
        .AddSingleton<IReadinessCheck, ArtifactsCheck>()
        .AddSingleton<IReadinessCheck, DiskCheck>()
        .AddSingleton<IReadinessCheck, TorchCheck>();
}
