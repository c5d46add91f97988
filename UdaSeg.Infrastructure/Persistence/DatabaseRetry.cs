using Microsoft.EntityFrameworkCore;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>Repeats what lost a race for a row: a changed version token, or a key that someone else just took.</summary>
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
            catch (DbUpdateException) when (tries < MaxTries)
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
            catch (DbUpdateException) when (tries < MaxTries)
            {
                // read again and repeat
            }
        }
    }
}
