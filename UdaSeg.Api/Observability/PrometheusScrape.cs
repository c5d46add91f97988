using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using UdaSeg.Api.Requests;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Telemetry;

namespace UdaSeg.Api.Observability;

/// <summary>Listens to this server's meters, and writes what they told in Prometheus' text format (0.0.4).</summary>
internal sealed class PrometheusScrape : IDisposable
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Runtime = "System.Runtime";
    private static readonly string[] Ours = [ServiceMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new();
    private readonly MeterListener _listener = new();
    private readonly RunFigures _runs;
    private readonly Lock _lock = new();

    public PrometheusScrape(IMeterFactory factory, RunFigures runs, WorkGates gates, SegmenterPool pool, StorageMeter storage, UdaSegSettings settings)
    {
        _runs = runs;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Several servers may live in one process, as in tests: each hears its own. The runtime's meter is the process's.
            bool wanted = instrument.Meter.Scope == factory ? Ours.Contains(instrument.Meter.Name) : instrument.Meter is { Name: Runtime, Scope: null };
            if (wanted) listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument.Name, _ => new MetricFamily(instrument)));
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Take(value, tags));
        _listener.Start();
        storage.Begin();
        Meter meter = factory.Create(ServiceMeter.Name);
        ServiceGauges.Describe(meter, gates, pool, settings);
        runs.Describe(meter);
    }

    public async Task<string> WriteAsync(CancellationToken cancel)
    {
        await _runs.RefreshAsync(cancel);
        lock (_lock)
        {
            foreach (MetricFamily family in _families.Values.Where(f => f.IsObserved)) family.Forget();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach ((_, MetricFamily family) in _families.OrderBy(f => f.Key, StringComparer.Ordinal)) family.Write(text);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();
}
