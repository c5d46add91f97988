using System.Diagnostics;
using System.Globalization;
using UdaSeg.Api.Observability;
using UdaSeg.Infrastructure.Telemetry;

namespace UdaSeg.Api.Requests;

/// <summary>Milliseconds of a request's phases, in the order the contract names them; <c>Total</c> also holds the receipt of the body.</summary>
internal sealed record Timings(double Queue, double Decode, double Compute, double Encode, double Total);

/// <summary>A stopwatch over a request's phases, shown as the header <c>Server-Timing</c>, as figures of <paramref name="meter"/> and as spans.</summary>
/// <param name="meter">Told of each phase.</param>
/// <param name="operation">What is timed, such as <c>segment</c>.</param>
internal sealed class ServerTiming(ServiceMeter meter, string operation)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, double> _phases = [];
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>The next phase begins now; what went before belongs to none.</summary>
    public void Begin() => _last = Stopwatch.GetTimestamp();

    /// <summary>The time since the last mark belongs to <paramref name="phase"/>.</summary>
    public void End(string phase)
    {
        long now = Stopwatch.GetTimestamp();
        TimeSpan took = Stopwatch.GetElapsedTime(_last, now);
        _phases[phase] = _phases.GetValueOrDefault(phase) + took.TotalMilliseconds;
        meter.StageEnded(operation, phase, took);
        Span(phase, took);
        _last = now;
    }

    public Timings Read() =>
        new(Phase("queue"), Phase("decode"), Phase("compute"), Phase("encode"), Math.Round(Stopwatch.GetElapsedTime(_start).TotalMilliseconds, 3));

    public void WriteTo(HttpResponse response)
    {
        Timings t = Read();
        response.Headers["Server-Timing"] = string.Create(
            CultureInfo.InvariantCulture, $"queue;dur={t.Queue}, decode;dur={t.Decode}, compute;dur={t.Compute}, encode;dur={t.Encode}, total;dur={t.Total}");
    }

    // Made when the phase is over, so that a phase which fails leaves none that never ends.
    private void Span(string phase, TimeSpan took)
    {
        if (!Tracing.Spans.HasListeners()) return;
        DateTimeOffset end = TimeProvider.System.GetUtcNow();
        ActivityContext parent = Activity.Current?.Context ?? default;
        using Activity? span = Tracing.Spans.StartActivity($"{operation} {phase}", ActivityKind.Internal, parent, startTime: end - took);
        span?.SetEndTime(end.UtcDateTime);
    }

    private double Phase(string name) => Math.Round(_phases.GetValueOrDefault(name), 3);
}
