using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace UdaSeg.Infrastructure.Telemetry;

internal static class TelemetrySetup
{
    /// <summary>What the database and the artifact store tell their failures. May be added by both.</summary>
    public static IServiceCollection AddStorageMeter(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<StorageMeter>();
        services.TryAddSingleton<DatabaseFailures>();
        return services;
    }
}
