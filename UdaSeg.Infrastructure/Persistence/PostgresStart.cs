using Npgsql;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>What a process does on a PostgreSQL server before it works there.</summary>
internal static class PostgresStart
{
    private const long LockKey = 0x5564_6153_6567;

    /// <summary>Long enough for another process to migrate.</summary>
    private const int LockSeconds = 300;

    /// <exception cref="DatabaseUnusableException">With words for the operator.</exception>
    public static void Probe(string database) => Explained(database, () =>
    {
        using NpgsqlConnection session = Open(database);
        return true;
    });

    /// <summary>Of several processes that start at once, one at a time makes tables: <c>CREATE … IF NOT EXISTS</c> alone fails when two do it.</summary>
    /// <exception cref="DatabaseUnusableException">With words for the operator.</exception>
    public static T InTurn<T>(string database, Func<T> work) => Explained(database, () =>
    {
        using NpgsqlConnection session = Open(database);
        using var wait = new NpgsqlCommand("SELECT pg_advisory_lock(@key)", session) { CommandTimeout = LockSeconds };
        wait.Parameters.AddWithValue("key", LockKey);
        wait.ExecuteNonQuery();
        return work();
    });

    // Not pooled: the lock goes with the session, however this process ends.
    private static NpgsqlConnection Open(string database)
    {
        var session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false, Enlist = false }.ToString());
        try
        {
            session.Open();
            return session;
        }
        catch (Exception)
        {
            session.Dispose();
            throw;
        }
    }

    private static T Explained<T>(string database, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (DatabaseFaults.Of<NpgsqlException>(fault) is { } cause)
        {
            var target = new NpgsqlConnectionStringBuilder(database);
            throw new DatabaseUnusableException(
                $"The database '{target.Database}' on the PostgreSQL server {target.Host}:{target.Port} (UdaSeg:Database) cannot be used: {cause.Message}", fault);
        }
    }
}

/// <summary>The server cannot start on the database that it is set up for.</summary>
public sealed class DatabaseUnusableException(string message, Exception inner) : Exception(message, inner);
