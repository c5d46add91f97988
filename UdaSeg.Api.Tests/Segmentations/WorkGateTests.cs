using UdaSeg.Api.Requests;
using UdaSeg.Domain.Errors;
using Xunit;

namespace UdaSeg.Api.Tests.Segmentations;

public sealed class WorkGateTests
{
    [Fact(Timeout = 30_000)]
    public async Task One_works_one_waits_and_the_third_is_turned_away()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        WorkGate gate = new(workers: 1, waiting: 1);
        IDisposable first = await gate.EnterAsync(stop);
        Task<IDisposable> second = gate.EnterAsync(stop);
        Assert.False(second.IsCompleted);

        RuleViolationException fault = await Assert.ThrowsAsync<RuleViolationException>(() => gate.EnterAsync(stop));
        Assert.Equal((RuleKind.Busy, "queue-full"), (fault.Kind, fault.Code));

        first.Dispose();
        (await second).Dispose();
        (await gate.EnterAsync(stop)).Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_gives_up_waiting_leaves_a_place()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        WorkGate gate = new(workers: 1, waiting: 1);
        using IDisposable first = await gate.EnterAsync(stop);
        using CancellationTokenSource impatient = new();
        Task<IDisposable> second = gate.EnterAsync(impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        Assert.False(gate.EnterAsync(stop).IsCompleted);
    }
}
