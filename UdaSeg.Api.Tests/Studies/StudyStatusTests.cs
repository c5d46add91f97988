using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
using Xunit;
using static UdaSeg.Domain.Training.RunStatus;

namespace UdaSeg.Api.Tests.Studies;

public sealed class StudyStatusTests
{
    [Theory]
    [InlineData(StudyStatus.Queued, Queued, Queued)]
    [InlineData(StudyStatus.Running, Queued, Running)]
    [InlineData(StudyStatus.Running, Queued, Succeeded)]
    [InlineData(StudyStatus.Running, Succeeded, Cancelling)]
    [InlineData(StudyStatus.Running, Failed, Interrupted)]
    [InlineData(StudyStatus.Succeeded, Succeeded, Succeeded)]
    [InlineData(StudyStatus.Failed, Succeeded, Failed)]
    [InlineData(StudyStatus.Failed, Cancelled, Failed)]
    [InlineData(StudyStatus.Cancelled, Succeeded, Cancelled)]
    [InlineData(StudyStatus.Cancelled, Cancelled, Cancelled)]
    public void A_study_is_what_its_runs_make_of_it(StudyStatus expected, RunStatus first, RunStatus second)
    {
        foreach (RunStatus[] order in new[] { new[] { first, second }, [second, first] })
        {
            Assert.Equal(expected, StudyStatuses.Of([.. order.Select(s => Samples.Run(s) with { Attempt = s == Queued ? 0 : 1 })]));
        }
    }

    [Fact]
    public void A_run_that_was_cancelled_before_it_began_has_not_begun() =>
        Assert.Equal(StudyStatus.Queued, StudyStatuses.Of([Samples.Run(Cancelled), Samples.Run(Queued)]));

    [Fact]
    public void A_run_that_waits_to_go_on_has_begun() =>
        Assert.Equal(StudyStatus.Running, StudyStatuses.Of([Samples.Run(Queued) with { Attempt = 1 }, Samples.Run(Queued)]));
}
