using System.Runtime.InteropServices;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Torch;

namespace UdaSeg.Api.Hosting;

/// <summary>The verbs of the child processes that the server starts: no web server, and all work on the main thread.</summary>
internal static class Verbs
{
    public static int Train(Guid run, int epoch) =>
        InChild((services, cancel) => services.GetRequiredService<TrainCommand>().Run(run, epoch, cancel, Console.Error));

    public static int Evaluate(Guid evaluation) =>
        InChild((services, cancel) => services.GetRequiredService<EvaluateCommand>().Run(evaluation, cancel, Console.Error));

    public static int TryEngine(Guid checkpoint, string engine) =>
        InChild((services, _) => services.GetRequiredService<EngineCommand>().Run(checkpoint, engine, Console.Error));

    private static int InChild(Func<IServiceProvider, CancellationToken, int> work)
    {
        ParentWatch.Start();
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);

        // A terminal's Ctrl-C reaches the whole process group; the supervisor alone decides when its child stops.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        IConfiguration configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .Build();
        UdaSegSettings settings = SettingsReader.Read(configuration);
        TorchRuntime.SetThreads(settings.Threads);
        using ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning))
            .AddUdaSegCore(settings)
            .AddJobCommands()
            .BuildServiceProvider();
        return work(services, stop.Token);

        void Ask(PosixSignalContext context)
        {
            context.Cancel = true; // do not end now: a checkpoint comes first
            stop.Cancel();
        }
    }
}
