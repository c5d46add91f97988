using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace UdaSeg.Infrastructure.Backup;

/// <summary>Runs one of PostgreSQL's client programs on the database that a connection string names. No password shows in the list of processes.</summary>
internal static class PostgresTool
{
    /// <exception cref="BackupRefusedException">It is not installed, or it failed.</exception>
    public static void Run(string program, string database, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        foreach ((string name, string? value) in Environment(new NpgsqlConnectionStringBuilder(database)))
        {
            if (!string.IsNullOrEmpty(value)) start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new BackupRefusedException($"{program} failed: {said.Trim()}");
        }
        catch (Win32Exception missing)
        {
            throw new BackupRefusedException($"{program} is needed, of the server's version or newer: install PostgreSQL's client programs.", missing);
        }
    }

    private static Dictionary<string, string?> Environment(NpgsqlConnectionStringBuilder parts) => new()
    {
        ["PGHOST"] = parts.Host,
        ["PGPORT"] = parts.Port.ToString(CultureInfo.InvariantCulture),
        ["PGDATABASE"] = parts.Database,
        ["PGUSER"] = parts.Username,
        ["PGPASSWORD"] = parts.Password,
        ["PGPASSFILE"] = parts.Passfile,
        ["PGSSLROOTCERT"] = parts.RootCertificate,
        ["PGSSLMODE"] = parts.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var mode => mode.ToString().ToLowerInvariant(),
        },
    };
}
