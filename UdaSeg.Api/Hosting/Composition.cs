using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Hosting;

/// <summary>What the server and its child processes have in common.</summary>
internal static class Composition
{
    public static IServiceCollection AddUdaSegCore(this IServiceCollection services, UdaSegSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new BuiltInSpaces(BuiltInLabelSpaces.All))
        .AddSingleton<IArtifactStore>(new FileArtifactStore(settings.ArtifactRoot))
        .AddSingleton<IImageCodec, SkiaImageCodec>()
        .AddSingleton(provider => new DatasetValidator(provider.GetRequiredService<IImageCodec>(), settings.Limits.MaxPixels))
        .AddSingleton<PretrainedWeights>()
        .AddUdaSegDatabase(settings)
        .AddUdaSegEngine();

    /// <summary>The one place where the tensor engine is plugged in: <see cref="ITrainer"/>, <see cref="IEvaluator"/> and
    /// <see cref="ISegmenterLoader"/>.</summary>
    public static IServiceCollection AddUdaSegEngine(this IServiceCollection services) => services;
}
