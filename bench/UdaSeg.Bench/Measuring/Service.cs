using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace UdaSeg.Bench.Measuring;

/// <summary>The real service as a process of its own, on a data root of its own.</summary>
internal sealed class Service : IDisposable
{
    private readonly Process _process;

    private Service(Process process, HttpClient client, double readyMs) => (_process, Client, ReadyMs) = (process, client, readyMs);

    public HttpClient Client { get; }

    /// <summary>From the start of the process to the first ready answer.</summary>
    public double ReadyMs { get; }

    public double ResidentMiB => Memory.ResidentMiB(_process.Id);

    /// <summary>Files, sockets and pipes.</summary>
    public int OpenFiles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    public int Threads => Directory.GetDirectories($"/proc/{_process.Id}/task").Length;

    /// <param name="dataRoot">May hold what a former service left.</param>
    /// <param name="settings">Of the environment.</param>
    public static async Task<Service> StartAsync(string dataRoot, IReadOnlyDictionary<string, string>? settings = null)
    {
        string program = Path.Combine(Root(), "UdaSeg.Api/bin/Release/net10.0/linux-x64/UdaSeg.Api");
        if (!File.Exists(program)) throw new ArgumentException("Build the service first: dotnet build UdaSeg.sln -c Release");
        string url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo(program) { WorkingDirectory = dataRoot, RedirectStandardOutput = true };
        (start.Environment["ASPNETCORE_URLS"], start.Environment["UdaSeg__DataRoot"], start.Environment["Logging__LogLevel__Default"]) = (url, dataRoot, "Warning");
        foreach ((string name, string value) in settings ?? new Dictionary<string, string>()) start.Environment[name] = value;
        long began = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        var client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(2) };
        while (!await IsReadyAsync(client))
        {
            if (process.HasExited) throw new InvalidOperationException($"The service ended with {process.ExitCode}.");
            await Task.Delay(20);
        }

        return new Service(process, client, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    public void Dispose()
    {
        Client.Dispose();
        Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "UdaSeg.sln"))) at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException("UdaSeg.sln is not above this program's folder.");
    }
}
