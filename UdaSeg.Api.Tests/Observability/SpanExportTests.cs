using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Telemetry;
using Xunit;

namespace UdaSeg.Api.Tests.Observability;

public sealed class SpanExportTests
{
    [Fact]
    public async Task A_collector_gets_the_request_with_its_stages_and_a_run()
    {
        List<Activity> spans = [];
        using ResourceHost host = Host(spans, "http://127.0.0.1:9"); // nobody listens there: what is sent besides is lost
        host.PublishDefault();
        (await host.SendAsync(HttpMethod.Post, "/api/v1/segmentations", ResourceHost.Image(ResourceHost.Png()))).EnsureSuccessStatusCode();
        using (Tracing.Begin("train")) Assert.True(Activity.Current!.IsAllDataRequested);
        host.Services.GetRequiredService<TracerProvider>().ForceFlush();

        Activity request = Assert.Single(spans, s => s.Kind == ActivityKind.Server && s.DisplayName == "POST /api/v1/segmentations");
        Activity[] stages = [.. spans.Where(s => s.TraceId == request.TraceId && s.Source.Name == Tracing.Name)];
        Assert.Equal(["segment compute", "segment decode", "segment encode", "segment queue"], stages.Select(s => s.DisplayName).Order());
        Assert.All(stages, s => Assert.Equal(request.SpanId, s.ParentSpanId));
        Assert.Contains(spans, s => s.DisplayName == "train");
    }

    [Fact]
    public void Without_a_collector_there_is_no_tracer()
    {
        using ResourceHost host = Host([], "");
        Assert.Null(host.Services.GetService<TracerProvider>());
    }

    private static ResourceHost Host(List<Activity> spans, string collector) => new()
    {
        Settings = { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector },
        More = services => services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddInMemoryExporter(spans)),
    };
}
