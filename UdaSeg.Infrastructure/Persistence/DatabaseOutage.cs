using Npgsql;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>A database server that is away for a while: restarting, failing over, or cut off. SQLite's file never is.</summary>
internal static class DatabaseOutage
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <returns>
    /// Whether the fault, or what caused it, is a server that cannot be reached, broke the connection, does not answer in time, or is going down, coming up
    /// or out of connections.
    /// </returns>
    public static bool IsOutage(Exception fault) => DatabaseFaults.Of<NpgsqlException>(fault) switch
    {
        null => false,
        PostgresException said => said.SqlState.StartsWith("08", StringComparison.Ordinal)
            || said.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.TooManyConnections,
        var broken => broken.IsTransient || broken.InnerException is IOException or System.Net.Sockets.SocketException or TimeoutException,
    };

    /// <summary>
    /// Repeats the work, on the calling thread, until the database is back. The work must open what it needs itself, and bear being done twice: a commit
    /// whose confirmation was lost has happened.
    /// </summary>
    /// <param name="clock">Measures the patience and the pauses of 0.1 s, growing to 2 s.</param>
    /// <param name="patience">How long after the first failure to go on trying; the last failure is then thrown.</param>
    /// <param name="attempt">The work.</param>
    /// <param name="cancel">Ends the waiting: the failure is thrown at once.</param>
    /// <param name="also">Further failures that pass by waiting; null: a database's only.</param>
    public static T RideOut<T>(TimeProvider clock, TimeSpan patience, Func<T> attempt, CancellationToken cancel = default, Func<Exception, bool>? also = null)
    {
        long? since = null;
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return attempt();
            }
            catch (Exception fault) when (IsOutage(fault) || also?.Invoke(fault) == true)
            {
                since ??= clock.GetTimestamp();
                if (cancel.IsCancellationRequested || clock.GetElapsedTime(since.Value) >= patience) throw;
                Wait(clock, pause, cancel);
            }
        }
    }

    /// <inheritdoc cref="RideOut{T}"/>
    public static void RideOut(TimeProvider clock, TimeSpan patience, Action attempt, CancellationToken cancel = default) => RideOut(clock, patience, () =>
    {
        attempt();
        return true;
    }, cancel);

    private static void Wait(TimeProvider clock, TimeSpan pause, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(pause, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancel);
        either.Token.WaitHandle.WaitOne();
    }
}
