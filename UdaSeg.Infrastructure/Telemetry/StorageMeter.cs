using System.Diagnostics.Metrics;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Telemetry;

/// <summary>Counts what goes wrong between the service and where it keeps its state.</summary>
internal sealed class StorageMeter
{
    private static readonly string[] DatabaseKinds = ["outage", "race", "other"];
    private static readonly string[] ArtifactKinds = ["unavailable", "full", "damaged", "other"];

    private readonly Counter<long> _database;
    private readonly Counter<long> _artifacts;

    public StorageMeter(IMeterFactory factory)
    {
        Meter meter = factory.Create(Tracing.Name);
        _database = meter.CreateCounter<long>("udaseg.database.failures", "{failure}", "Commands, connections and commits that failed; a race is repeated and no fault.");
        _artifacts = meter.CreateCounter<long>("udaseg.artifacts.failures", "{failure}", "Reads and writes of artifacts that failed.");
    }

    /// <summary>Called by whoever listens from now on: a counter that began at one would show no increase, so all begin at nought.</summary>
    public void Begin()
    {
        foreach (string kind in DatabaseKinds) _database.Add(0, Kind(kind));
        foreach (string kind in ArtifactKinds) _artifacts.Add(0, Kind(kind));
    }

    public void DatabaseFailed(Exception fault) =>
        _database.Add(1, Kind(DatabaseOutage.IsOutage(fault) ? "outage" : DatabaseFaults.IsRace(fault) ? "race" : "other"));

    public void ArtifactFailed(Exception fault) => _artifacts.Add(1, Kind(fault switch
    {
        ArtifactsUnavailableException => "unavailable",
        InvalidDataException => "damaged",
        _ when StorageFull.Is(fault) => "full",
        _ => "other",
    }));

    private static KeyValuePair<string, object?> Kind(string kind) => new("kind", kind);
}
