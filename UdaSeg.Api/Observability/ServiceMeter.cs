using System.Diagnostics.Metrics;
using UdaSeg.Infrastructure.Telemetry;

namespace UdaSeg.Api.Observability;

/// <summary>What the service counts as it works. Labels take words from the code only, never from a client.</summary>
internal sealed class ServiceMeter
{
    public const string Name = Tracing.Name;

    /// <summary>From a small mask to a large image on a slow processor, in seconds.</summary>
    private static readonly double[] StageBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly Histogram<double> _stages;
    private readonly Counter<long> _problems;
    private readonly UpDownCounter<long> _streams;

    public ServiceMeter(IMeterFactory factory)
    {
        Meter meter = factory.Create(Name);
        _stages = meter.CreateHistogram(
            "udaseg.stage.duration", "s", "Time of a request's stages.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = StageBounds });
        _problems = meter.CreateCounter<long>("udaseg.problems", "{answer}", "Requests answered with a problem, by its code.");
        _streams = meter.CreateUpDownCounter<long>("udaseg.event_streams", "{stream}", "Streams of run events that are being listened to.");
        _streams.Add(0); // a scrape shows it before the first listener comes
    }

    /// <param name="operation">Such as <c>segment</c>.</param>
    /// <param name="stage">Such as <c>decode</c>.</param>
    public void StageEnded(string operation, string stage, TimeSpan took) =>
        _stages.Record(took.TotalSeconds, new("operation", operation), new KeyValuePair<string, object?>("stage", stage));

    public void Refused(string code, int status) => _problems.Add(1, new("code", code), new KeyValuePair<string, object?>("status", status));

    public void StreamOpened() => _streams.Add(1);

    public void StreamClosed() => _streams.Add(-1);
}
