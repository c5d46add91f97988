using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Torch;

namespace UdaSeg.Api.Hosting;

/// <summary>What the server and its child processes have in common.</summary>
internal static class Composition
{
    public static IServiceCollection AddUdaSegCore(this IServiceCollection services, UdaSegSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new BuiltInSpaces(BuiltInLabelSpaces.All))
        .AddUdaSegArtifacts(settings)
        .AddSingleton<IImageCodec, SkiaImageCodec>()
        .AddSingleton(provider => new DatasetValidator(provider.GetRequiredService<IImageCodec>(), settings.Limits.MaxPixels))
        .AddSingleton(new OwnedFolders(settings.ResolvedDataRoot))
        .AddSingleton(provider => new OwnedDatasets(
            provider.GetRequiredService<OwnedFolders>(),
            settings.HostsShareNoDisk ? provider.GetRequiredService<IArtifactStore>() : null,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<OwnedDatasets>>()))
        .AddSingleton<SharedImages>()
        .AddSingleton<DatasetAligner>()
        .AddSingleton<PretrainedWeights>()
        .AddUdaSegDatabase(settings)
        .AddUdaSegEngine(settings);

    /// <summary>The one place where the tensor engine is plugged in.</summary>
    private static IServiceCollection AddUdaSegEngine(this IServiceCollection services, UdaSegSettings settings) => services
        .AddSingleton<IWeightSource>(provider => provider.GetRequiredService<PretrainedWeights>())
        .AddSingleton<ITrainer, TorchTrainer>()
        .AddSingleton<IEvaluator, TorchEvaluator>()
        .AddSingleton<IWeightsInspector, WeightsInspector>()
        .AddSingleton(new EngineMemory(settings.EngineFile))
        .AddSingleton<EngineFactory>()
        .AddSingleton<ISegmenterLoader, SegmenterLoader>();
}
