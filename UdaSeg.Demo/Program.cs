using System.Runtime.InteropServices;
using UdaSeg.Demo;

const int Interrupted = 130;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    DemoOptions options = DemoOptions.Parse(args, Environment.GetEnvironmentVariable);
    if (!options.Help) return await new DemoScript(options, ProgressBar.ForConsole()).RunAsync(stop.Token);
    Console.WriteLine(DemoOptions.Usage);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("\nStopped.");
    return Interrupted;
}
catch (Exception fault) when (fault is DemoFailure or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}
