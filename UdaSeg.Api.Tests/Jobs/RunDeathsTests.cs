using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

public sealed class RunDeathsTests
{
    [Fact]
    public void Deaths_at_no_later_an_iteration_count() => Assert.Equal(3, RunDeaths.CountFruitless([Death(50), Death(50), Death(20)]));

    [Fact]
    public void Getting_further_starts_the_count_anew() => Assert.Equal(1, RunDeaths.CountFruitless([Death(50), Death(50), Death(51)]));

    [Fact]
    public void A_server_that_stopped_is_no_fault_of_the_trainer() =>
        Assert.Equal(1, RunDeaths.CountFruitless([Death(50), Death(50, RunDeaths.ServerStopped), Death(50, LeaseSweep.Silent), Death(50, LeaseSweep.Gone)]));

    [Fact]
    public void A_user_s_resume_starts_the_count_anew() =>
        Assert.Equal(1, RunDeaths.CountFruitless([Death(50), Death(50), new StatusEntry(RunStatus.Queued, 2, 50, RunDeaths.Resumed), Death(50)]));

    private static StatusEntry Death(long iteration, string cause = "killed by signal 9") => new(RunStatus.Interrupted, 1, iteration, cause);
}
