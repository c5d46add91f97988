using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using UdaSeg.Api.Hosting;
using Xunit;

namespace UdaSeg.Api.Tests.Faults;

/// <summary>The real program as a process of its own, which can be killed, frozen and started again. It listens on a Unix socket: reachable from any network namespace.</summary>
internal sealed class ServerProcess(string name, string folder, IReadOnlyDictionary<string, string> settings, string role = "all") : IAsyncDisposable
{
    public const int Sigterm = 15, Sigstop = 19, Sigcont = 18;

    private static readonly string Program = typeof(Verbs).Assembly.Location;

    private readonly string _socket = Path.Combine(folder, name + ".sock");
    private Process? _process;

    public int Pid => _process!.Id;

    /// <summary>Words put before the command, such as <c>ip netns exec {host}</c>.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];

    /// <summary>Everything that it said, over all its lives.</summary>
    public string Log => File.Exists(LogPath) ? File.ReadAllText(LogPath) : "";

    private string LogPath => Path.Combine(folder, name + ".log");

    public HttpClient Client => new(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://localhost") };

    /// <summary>Starts it and waits until it is ready, unless told not to.</summary>
    public async Task StartAsync(bool wait = true)
    {
        File.Delete(_socket);
        string[] words = [.. Wrapper, "dotnet", Program, "--role", role];

        // A shell for the redirection alone: exec makes the program the process that is watched.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >> \"$0\" 2>&1", LogPath, .. words]) { UseShellExecute = false };
        start.Environment["ASPNETCORE_URLS"] = $"http://unix:{_socket}";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        foreach ((string key, string value) in settings) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        _process = Process.Start(start)!;
        if (wait) await ReadyAsync();
    }

    public async Task ReadyAsync()
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (_process!.HasExited) Assert.Fail($"{name} ended with {_process.ExitCode}: {Log}");
            try
            {
                using HttpClient client = Client;
                using HttpResponseMessage answer = await client.GetAsync("/health/live", TestContext.Current.CancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // not yet
            }

            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromMinutes(2)) Assert.Fail($"{name} did not become ready: {Log}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public async Task KillAsync()
    {
        _process!.Kill(); // SIGKILL
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<int> StopAsync()
    {
        Signal(_process!.Id, Sigterm);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <returns>The exit code, once it has ended by itself.</returns>
    public async Task<int> EndAsync()
    {
        await _process!.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1)); // a test that fails must not hang
        return _process.ExitCode;
    }

    public void Freeze() => Signal(_process!.Id, Sigstop);

    public void Thaw() => Signal(_process!.Id, Sigcont);

    /// <summary>The trainer of a run, found by its command line; 0 while there is none.</summary>
    public static int TrainerOf(Guid run) => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0)
        .FirstOrDefault(pid => pid > 0 && CommandOf(pid) is var words && words.Contains("train") && words.Contains(run.ToString()));

    /// <summary>A process that is gone by now is no error.</summary>
    public static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited)
        {
            Thaw();
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);

    private static string[] CommandOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
