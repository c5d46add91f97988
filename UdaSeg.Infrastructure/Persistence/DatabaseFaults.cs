using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>What a provider's exception means, however often it was wrapped.</summary>
internal static class DatabaseFaults
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqlitePrimaryKey = 1555;
    private const int SqliteUnique = 2067;

    /// <returns>The first of that kind among the exception and its causes.</returns>
    public static T? Of<T>(Exception fault)
        where T : Exception
    {
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found) return found;
        }

        return null;
    }

    /// <returns>
    /// Whether another writer came first (a version token that changed, a key that was taken, a transaction that the server gave up for another's sake),
    /// so that reading again and repeating leads on.
    /// </returns>
    public static bool IsRace(Exception fault)
    {
        if (Of<DbUpdateConcurrencyException>(fault) is not null) return true;
        if (Of<PostgresException>(fault) is { } postgres)
        {
            return postgres.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;
        }

        return Of<SqliteException>(fault) is { } sqlite
            && (sqlite.SqliteErrorCode is SqliteBusy or SqliteLocked || sqlite.SqliteExtendedErrorCode is SqlitePrimaryKey or SqliteUnique);
    }
}
