using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using UdaSeg.Api.Security;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Observability;

/// <summary>Figures at <c>/metrics</c>, spans and figures to a collector where one is named, logs with trace ids.</summary>
internal static class ObservabilitySetup
{
    /// <summary>OpenTelemetry's own variable; without it nothing is sent anywhere.</summary>
    private const string CollectorSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddObservability(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<ServiceMeter>();
        builder.Services.AddSingleton<RunFigures>().AddSingleton<PrometheusScrape>();
        builder.Services.Configure<JsonConsoleFormatterOptions>(json => json.IncludeScopes = true); // they hold the trace and span ids
        if (string.IsNullOrWhiteSpace(builder.Configuration[CollectorSetting])) return;
        builder.Services.AddOpenTelemetry()
            .WithTracing(traces => traces.AddSource(ServiceMeter.Name).AddAspNetCoreInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(ServiceMeter.Name, "System.Runtime").AddAspNetCoreInstrumentation())
            .UseOtlpExporter();
    }

    public static void MapMetrics(this WebApplication app)
    {
        app.Services.GetRequiredService<PrometheusScrape>(); // listens from now on, not from the first scrape
        app.MapGet("/metrics", static async (PrometheusScrape scrape, CancellationToken cancel) =>
            TypedResults.Text(await scrape.WriteAsync(cancel), PrometheusScrape.MediaType)).Needs(AccessRole.Viewer).ExcludeFromDescription();
    }
}
