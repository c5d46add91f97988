using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

public sealed class RunClockTests
{
    [Fact]
    public void The_share_of_waiting_is_of_the_iterations_time_and_begins_anew_with_each_stage()
    {
        var clock = new RunClock();
        clock.BeginStage();
        Assert.Equal((0, 0), (clock.WaitShare, clock.StageWaitShare));
        Thread.SpinWait(200_000);
        clock.Tick(4, TimeSpan.Zero);
        Assert.Equal((0, 0), (clock.WaitShare, clock.StageWaitShare));
        Thread.SpinWait(200_000);
        clock.Tick(4, TimeSpan.FromTicks(1));
        Assert.InRange(clock.WaitShare, double.Epsilon, 1);
        Assert.InRange(clock.StageWaitShare, double.Epsilon, 1);
        clock.BeginStage();
        Assert.Equal((0, 0), (clock.WaitShare, clock.StageWaitShare));
    }
}
