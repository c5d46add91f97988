using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace UdaSeg.Demo;

/// <summary>The service as a child process on a loopback port, its output in a log file.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    /// <summary>The service stops a training run and writes a checkpoint before it ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    /// <summary>Settings of the caller's environment that would tie the demo to somebody's real service.</summary>
    private static readonly string[] Foreign = ["UdaSeg__Database", "UdaSeg__ApiKeys", "UdaSeg__Artifacts", "UdaSeg__DatasetRoots"];

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly string _logPath;

    private ServiceProcess(Process process, StreamWriter log, string logPath, Uri address) =>
        (_process, _log, _logPath, Address) = (process, log, logPath, address);

    public Uri Address { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts the service; it is not ready yet.</summary>
    /// <exception cref="DemoFailure">There is nothing to start, or no port.</exception>
    public static ServiceProcess Start(DemoOptions options)
    {
        if (!File.Exists(options.Service)) throw new DemoFailure($"There is no service at {options.Service}: build it first (./demo does).");
        var address = new Uri($"http://127.0.0.1:{FreePort(options.Port)}");
        string logPath = Path.Combine(options.DataRoot, "service.log");
        var log = new StreamWriter(new FileStream(logPath, FileMode.Create, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var process = new Process { StartInfo = Describe(options, address) };
        process.OutputDataReceived += (_, line) => Write(log, line.Data);
        process.ErrorDataReceived += (_, line) => Write(log, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ServiceProcess(process, log, logPath, address);
    }

    /// <exception cref="DemoFailure">It ended, or was not ready in time.</exception>
    public async Task WaitUntilReadyAsync(UdaSegClient client, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await client.IsReadyAsync(cancel))
        {
            if (HasExited) throw new DemoFailure($"The service ended with code {_process.ExitCode} before it was ready.");
            if (Stopwatch.GetElapsedTime(start) > StartLimit) throw new DemoFailure($"The service was not ready after {StartLimit.TotalSeconds:0} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
        }
    }

    /// <summary>The last lines of the log.</summary>
    public IReadOnlyList<string> LogTail(int lines)
    {
        using var file = new FileStream(_logPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(lines)];
    }

    public async Task WaitForExitAsync(CancellationToken cancel) => await _process.WaitForExitAsync(cancel);

    /// <summary>Asks the service to stop, and ends it with its children if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, SigTerm);
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
        lock (_log) _log.Dispose();
    }

    private static ProcessStartInfo Describe(DemoOptions options, Uri address)
    {
        // The runtime that runs this program runs the service too, wherever it is installed.
        string? host = Environment.ProcessPath;
        var start = new ProcessStartInfo(Path.GetFileNameWithoutExtension(host) == "dotnet" ? host! : "dotnet")
        {
            WorkingDirectory = Path.GetDirectoryName(Path.GetFullPath(options.Service))!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.GetFullPath(options.Service));
        foreach (string name in start.Environment.Keys.Where(k => Foreign.Any(f => k.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["Logging__LogLevel__Microsoft"] = "Warning"; // the log's last lines should be about the runs, not each query
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["UdaSeg__DataRoot"] = options.DataRoot;
        start.Environment["UdaSeg__DatasetRoots__0"] = Path.Combine(options.DataRoot, "datasets");
        return start;
    }

    private static int FreePort(int first)
    {
        for (int port = first; port <= Math.Min(first + 100, IPEndPoint.MaxPort); port++)
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new DemoFailure($"No port from {first} on is free.");
    }

    private static void Write(StreamWriter log, string? line)
    {
        if (line is null) return;
        lock (log)
        {
            if (log.BaseStream is { CanWrite: true }) log.WriteLine(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
