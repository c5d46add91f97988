using System.Diagnostics.Metrics;
using UdaSeg.Api.Health;
using UdaSeg.Api.Requests;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Observability;

/// <summary>What is looked up at each scrape and not counted as it happens.</summary>
internal static class ServiceGauges
{
    private const string DescriptorFolder = "/proc/self/fd";

    public static void Describe(Meter meter, WorkGates gates, SegmenterPool pool, UdaSegSettings settings)
    {
        meter.CreateObservableGauge("udaseg.gate.active", () => Both(gates, g => g.Active), "{request}", "Requests that are being computed.");
        meter.CreateObservableGauge("udaseg.gate.waiting", () => Both(gates, g => g.Waiting), "{request}", "Requests that wait to be computed.");
        meter.CreateObservableGauge("udaseg.models.loaded", () => pool.Loaded.Count, "{model}", "Models held in memory.");
        meter.CreateObservableGauge("udaseg.models.size", () => pool.LoadedBytes, "By", "Weights of the models held in memory.");
        meter.CreateObservableGauge("udaseg.process.resident", () => Environment.WorkingSet, "By", "Resident memory, native memory included.");
        meter.CreateObservableGauge("udaseg.disk.free", () => DiskCheck.FreeBytes(settings.ResolvedDataRoot), "By", "Free space on the disk of the data root.");
        meter.CreateObservableGauge("udaseg.process.descriptors", Descriptors, "{descriptor}", "Open file descriptors.");
    }

    private static Measurement<int>[] Both(WorkGates gates, Func<WorkGate, int> figure) =>
        [new(figure(gates.Alignments), Gate("align")), new(figure(gates.Segmentations), Gate("segment"))];

    private static KeyValuePair<string, object?> Gate(string name) => new("gate", name);

    private static IEnumerable<Measurement<int>> Descriptors() =>
        Directory.Exists(DescriptorFolder) ? [new Measurement<int>(Directory.GetFileSystemEntries(DescriptorFolder).Length)] : [];
}
