using CsCheck;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

public sealed class RunTransitionTests
{
    // The contract's arrows, written out: queued → running → succeeded | failed | cancelling → cancelled | interrupted → queued, and resume.
    private static readonly HashSet<(RunStatus, RunStatus)> Allowed =
    [
        (RunStatus.Queued, RunStatus.Running), (RunStatus.Queued, RunStatus.Cancelled), (RunStatus.Queued, RunStatus.Failed),
        (RunStatus.Running, RunStatus.Succeeded), (RunStatus.Running, RunStatus.Failed), (RunStatus.Running, RunStatus.Cancelling),
        (RunStatus.Running, RunStatus.Interrupted),
        (RunStatus.Cancelling, RunStatus.Cancelled), (RunStatus.Cancelling, RunStatus.Succeeded), (RunStatus.Cancelling, RunStatus.Failed),
        (RunStatus.Interrupted, RunStatus.Queued), (RunStatus.Interrupted, RunStatus.Cancelled), (RunStatus.Interrupted, RunStatus.Failed),
        (RunStatus.Cancelled, RunStatus.Queued), (RunStatus.Failed, RunStatus.Queued),
    ];

    private static readonly Func<TrainingRun, TrainingRun>[] Moves =
    [
        r => r.Start(Samples.Now), r => r.Succeed(Samples.Now), r => r.Fail(Samples.Now, "code", "why"), r => r.Cancel(Samples.Now),
        r => r.Cancelled(Samples.Now),
        r => r.Interrupt(), r => r.Requeue(),
    ];

    [Fact]
    public void Whatever_is_tried_a_run_follows_the_arrows_only() => Gen.Int[0, Moves.Length - 1].Array[0, 40].Sample(moves =>
    {
        TrainingRun run = Samples.Run();
        foreach (int move in moves)
        {
            TrainingRun next;
            try
            {
                next = Moves[move](run);
            }
            catch (RuleViolationException refused)
            {
                Assert.Equal(("run-state-conflict", RuleKind.Conflict), (refused.Code, refused.Kind));
                continue;
            }

            if (ReferenceEquals(run, next)) continue; // asked to cancel again
            Assert.Contains((run.Status, next.Status), Allowed);
            Assert.Equal(run.Attempt + (next.Status == RunStatus.Running ? 1 : 0), next.Attempt);
            Assert.Equal(next.Status.IsTerminal(), next.EndedAt is not null);
            Assert.Equal(next.Status == RunStatus.Failed, next.Failure is not null);
            run = next;
        }
    });

    [Fact]
    public void Every_arrow_of_the_contract_can_be_taken() =>
        Assert.Equal(Allowed.Order(), Enum.GetValues<RunStatus>()
            .SelectMany(from => Enum.GetValues<RunStatus>().Where(to => from.CanBecome(to)).Select(to => (from, to))).Order());
}
