using System.Diagnostics;

namespace UdaSeg.Infrastructure.Telemetry;

/// <summary>Spans of the service, and how a trace goes on in a child process.</summary>
internal static class Tracing
{
    /// <summary>Of the meter and of the source of spans.</summary>
    public const string Name = "UdaSeg";

    /// <summary>What other tools read and write a W3C trace context under, where there are no headers.</summary>
    public const string ParentVariable = "TRACEPARENT";

    public static ActivitySource Spans { get; } = new(Name);

    /// <summary>Begins a trace, or a span of the present one. There is one even if nobody collects spans: log lines bear its ids.</summary>
    public static Activity Begin(string name) => Spans.StartActivity(name) ?? new Activity(name).Start();

    /// <summary>Lets a process that is about to start go on with the present trace.</summary>
    public static void HandOn(ProcessStartInfo start)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id }) start.Environment[ParentVariable] = id;
        else start.Environment.Remove(ParentVariable); // a trace that this process was started in is not the child's
    }

    /// <summary>In a child: goes on with its parent's trace, or begins one.</summary>
    public static Activity Continue(string name)
    {
        var activity = new Activity(name);
        string? parent = Environment.GetEnvironmentVariable(ParentVariable);
        if (ActivityContext.TryParse(parent, null, out _)) activity.SetParentId(parent!);
        return activity.Start();
    }
}
