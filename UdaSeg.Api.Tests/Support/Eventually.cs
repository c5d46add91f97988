using Xunit;

namespace UdaSeg.Api.Tests.Support;

/// <summary>Waits for what another thread or process brings about. The limit is for tests that would otherwise hang; nothing is asserted about time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<T> GetAsync<T>(Func<Task<T>> look, Func<T, bool> until, TimeSpan? limit = null)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            T seen = await look();
            if (until(seen)) return seen;
            if (TimeProvider.System.GetElapsedTime(start) > (limit ?? Limit)) Assert.Fail($"Waited in vain; last seen: {seen}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    public static Task<T> Get<T>(Func<T> look, Func<T, bool> until) => GetAsync(() => Task.FromResult(look()), until);
}
