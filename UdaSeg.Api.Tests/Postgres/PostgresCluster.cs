using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

/// <summary>All tests that need a server: one after another, as some stop it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresCluster>
{
    public const string Name = "PostgreSQL";
}

/// <summary>A PostgreSQL cluster of the tests' own, from the distribution's binaries: on a free loopback port, in a folder that goes with it.</summary>
public sealed class PostgresCluster : IDisposable
{
    private const string Owner = "udaseg";
    private static readonly bool IsRoot = Environment.UserName == "root";

    private readonly string _binaries = FindBinaries();
    private readonly string _folder = Directory.CreateTempSubdirectory("udaseg-pg-").FullName;
    private readonly int _port = FreePort();

    public PostgresCluster()
    {
        if (IsRoot) Run("chown", "postgres", _folder); // the server refuses to run as root
        RunAsOwner("initdb", "-D", Data, "-U", Owner, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        Start();
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>For a new and empty database.</summary>
    public string NewDatabase()
    {
        string name = $"t{Guid.NewGuid():N}";
        using var session = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        session.Open();
        using var create = new NpgsqlCommand($"CREATE DATABASE {name}", session);
        create.ExecuteNonQuery();
        return ConnectionString(name);
    }

    internal TestDatabase NewTables() => new(NewDatabase());

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username={Owner};Database={database}";

    /// <summary>Sessions are cut, as in an operator's restart.</summary>
    public void Stop() => RunAsOwner("pg_ctl", "-D", Data, "-m", "fast", "-w", "stop");

    public void Start()
    {
        string settings = $"-c listen_addresses=127.0.0.1 -c port={_port} -c unix_socket_directories={_folder} -c max_connections=200 "
            + "-c fsync=off -c full_page_writes=off -c shared_buffers=32MB";
        RunAsOwner("pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-t", "120", "-o", settings, "start");
    }

    public void Restart()
    {
        Stop();
        Start();
    }

    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        RunAsOwner("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private void RunAsOwner(string program, params string[] arguments)
    {
        string path = Path.Combine(_binaries, program);
        if (IsRoot) Run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]);
        else Run(path, arguments);
    }

    private void Run(string program, params string[] arguments)
    {
        // Run in the cluster's folder: its owner need not be able to read the tests'.
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 0) return;
        string log = Path.Combine(_folder, "log");
        string last = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(10)) : "";
        throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {output}\n{errors.GetAwaiter().GetResult()}\n{last}");
    }

    private static string FindBinaries()
    {
        const string versions = "/usr/lib/postgresql";
        IEnumerable<string> found = Directory.Exists(versions) ? Directory.EnumerateDirectories(versions) : [];
        string? newest = found.Where(f => File.Exists(Path.Combine(f, "bin", "initdb")))
            .MaxBy(f => int.TryParse(Path.GetFileName(f), out int version) ? version : 0);
        return newest is null
            ? throw new InvalidOperationException("No PostgreSQL server is installed under /usr/lib/postgresql. Run ./test: it installs what the tests need.")
            : Path.Combine(newest, "bin");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
