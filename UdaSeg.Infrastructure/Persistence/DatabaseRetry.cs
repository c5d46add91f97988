namespace UdaSeg.Infrastructure.Persistence;

/// <summary>Repeats what lost a race (<see cref="DatabaseFaults.IsRace"/>). A database that is away is none: see <see cref="DatabaseOutage"/>.</summary>
internal static class DatabaseRetry
{
    // Each failure means that another writer succeeded, so so many in a row are a defect and not bad luck.
    private const int MaxTries = 200;

    public static T Run<T>(Func<T> attempt)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return attempt();
            }
            catch (Exception fault) when (tries < MaxTries && DatabaseFaults.IsRace(fault))
            {
                // read again and repeat
            }
        }
    }

    public static async Task<T> RunAsync<T>(Func<Task<T>> attempt)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (Exception fault) when (tries < MaxTries && DatabaseFaults.IsRace(fault))
            {
                // read again and repeat
            }
        }
    }
}
