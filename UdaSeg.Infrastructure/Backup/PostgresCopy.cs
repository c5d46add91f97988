using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Backup;

/// <summary>A PostgreSQL database, copied by <c>pg_dump</c> in the very snapshot that its rows are read in; the job queue lies in it and comes along.</summary>
internal sealed class PostgresCopy(UdaSegSettings settings) : IDatabaseCopy
{
    public string FileName => "udaseg.dump";

    public CopiedState CopyTo(string file)
    {
        using NpgsqlConnection session = Open();
        using NpgsqlTransaction transaction = session.BeginTransaction(IsolationLevel.RepeatableRead);
        using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", session, transaction);
        string snapshot = (string)export.ExecuteScalar()!;
        using PostgresUdaSegDbContext db = On(session);
        db.Database.UseTransaction(transaction);
        var state = new CopiedState(NamedFiles.Read(db), db.Database.GetAppliedMigrations().LastOrDefault() ?? "");
        PostgresTool.Run("pg_dump", settings.Database, "--format=custom", "--no-owner", "--no-privileges", $"--snapshot={snapshot}", $"--file={file}");
        return state;
    }

    public void CheckEmpty()
    {
        using NpgsqlConnection session = Open();
        using var count = new NpgsqlCommand("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')", session);
        if ((long)count.ExecuteScalar()! > 0) throw new BackupRefusedException($"The database '{session.Database}' has tables already: name an empty one (createdb).");
    }

    public void Restore(string file) => PostgresTool.Run(
        "pg_restore", settings.Database, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
        $"--dbname={new NpgsqlConnectionStringBuilder(settings.Database).Database}", file);

    public bool Knows(string schema)
    {
        using var session = new NpgsqlConnection(settings.Database);
        using PostgresUdaSegDbContext db = On(session); // opens nothing
        return db.Database.GetMigrations().Contains(schema);
    }

    private static PostgresUdaSegDbContext On(NpgsqlConnection session) =>
        new(new DbContextOptionsBuilder<PostgresUdaSegDbContext>().UseNpgsql(session).Options);

    private NpgsqlConnection Open()
    {
        var session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.Database) { Pooling = false }.ToString());
        try
        {
            session.Open();
            return session;
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException)
        {
            session.Dispose();
            throw new BackupRefusedException($"The database (UdaSeg:Database) cannot be reached: {fault.Message}", fault);
        }
    }
}
