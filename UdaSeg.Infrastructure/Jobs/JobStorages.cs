using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Where the queue lives: beside the tables on a PostgreSQL server, else in memory.</summary>
internal static class JobStorages
{
    /// <summary>Whoever works on a job says so several times within it; a job of whom nothing is heard for so long is given to another server.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(3);

    /// <param name="settings">Which of the two.</param>
    /// <param name="silence">How long a worker on a server may be silent; three minutes unless told.</param>
    /// <exception cref="DatabaseUnusableException">With words for the operator.</exception>
    public static JobStorage Open(UdaSegSettings settings, TimeSpan? silence = null) => settings.UsesPostgres
        ? PostgresStart.InTurn(settings.Database, () => OnServer(settings.Database, silence ?? Silence))
        : new InMemoryStorage();

    private static PostgreSqlStorage OnServer(string database, TimeSpan silence)
    {
        var options = new PostgreSqlStorageOptions
        {
            PrepareSchemaIfNecessary = true,
            UseSlidingInvisibilityTimeout = true, // or a training longer than the time-out would be started a second time
            InvisibilityTimeout = silence,
            QueuePollInterval = TimeSpan.FromSeconds(1),
            AllowDegradedModeWithoutStorage = false,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(database, options), options);
    }
}
