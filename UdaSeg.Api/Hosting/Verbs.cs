using System.Diagnostics;
using System.Runtime.InteropServices;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Telemetry;
using UdaSeg.Infrastructure.Torch;

namespace UdaSeg.Api.Hosting;

/// <summary>The verbs of the child processes that the server starts: no web server, and all work on the main thread.</summary>
internal static class Verbs
{
    public static int Train(Guid run, int epoch) =>
        InChild("train", (services, cancel) => services.GetRequiredService<TrainCommand>().Run(run, epoch, cancel, Console.Error));

    public static int Evaluate(Guid evaluation) =>
        InChild("evaluate", (services, cancel) => services.GetRequiredService<EvaluateCommand>().Run(evaluation, cancel, Console.Error));

    public static int TryEngine(Guid checkpoint, string engine) =>
        InChild("try-engine", (services, _) => services.GetRequiredService<EngineCommand>().Run(checkpoint, engine, Console.Error));

    private static int InChild(string verb, Func<IServiceProvider, CancellationToken, int> work)
    {
        ParentWatch.Start();
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);

        // A terminal's Ctrl-C reaches the whole process group; the supervisor alone decides when its child stops.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        UdaSegSettings settings = ReadSettings();
        TorchRuntime.SetThreads(settings.Threads);
        using Activity span = Tracing.Continue(verb);
        using ServiceProvider services = new ServiceCollection().AddLogging(ToSupervisor).AddUdaSegCore(settings).AddJobCommands().BuildServiceProvider();
        return work(services, stop.Token);

        void Ask(PosixSignalContext context)
        {
            context.Cancel = true; // do not end now: a checkpoint comes first
            stop.Cancel();
        }
    }

    // One line an entry, as the supervisor hands on lines; the scopes hold the trace and span ids.
    private static void ToSupervisor(ILoggingBuilder logging) => logging
        .Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId)
        .AddSimpleConsole(console => (console.SingleLine, console.IncludeScopes) = (true, true))
        .SetMinimumLevel(LogLevel.Warning);

    internal static UdaSegSettings ReadSettings() => SettingsReader.Read(new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .Build());
}
