using UdaSeg.Api.Requests;
using UdaSeg.Api.Tests.Support;
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

    [Fact(Timeout = 30_000)]
    public async Task The_refusal_tells_when_all_that_is_here_will_have_been_done()
    {
        ManualClock clock = new();
        WorkGate gate = new(workers: 2, waiting: 1, clock);
        Assert.Equal(1, await RetryAfterAsync(gate)); // nothing is known yet
        await WorkAsync(10);
        Assert.Equal(15, await RetryAfterAsync(gate)); // three requests of ten seconds by two workers
        await WorkAsync(30);
        Assert.Equal(18, await RetryAfterAsync(gate), 6); // the mean follows slowly
        for (int i = 0; i < 50; i++) await WorkAsync(1000);
        Assert.Equal(60, await RetryAfterAsync(gate));
        for (int i = 0; i < 200; i++) await WorkAsync(0.001);
        Assert.Equal(1, await RetryAfterAsync(gate));

        async Task WorkAsync(double seconds)
        {
            using IDisposable pass = await gate.EnterAsync(TestContext.Current.CancellationToken);
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task The_gate_knows_how_many_work_and_wait()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        WorkGate gate = new(workers: 1, waiting: 2);
        IDisposable first = await gate.EnterAsync(stop);
        Task<IDisposable> second = gate.EnterAsync(stop);
        Assert.Equal((1, 1), (gate.Active, gate.Waiting));
        gate.ThrowIfFull();
        Task<IDisposable> third = gate.EnterAsync(stop);
        Assert.Throws<RuleViolationException>(gate.ThrowIfFull);
        first.Dispose();
        (await second).Dispose();
        (await third).Dispose();
        Assert.Equal((0, 0), (gate.Active, gate.Waiting));
    }

    /// <summary>Fills the gate, without time passing and so without changing what it has learnt, and empties it again.</summary>
    private static async Task<double> RetryAfterAsync(WorkGate gate)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using CancellationTokenSource waiting = new();
        Task<IDisposable>[] all = [.. Enumerable.Range(0, 3).Select(_ => gate.EnterAsync(waiting.Token))];
        RuleViolationException full = await Assert.ThrowsAsync<RuleViolationException>(() => gate.EnterAsync(stop));
        Assert.Throws<RuleViolationException>(gate.ThrowIfFull);
        await waiting.CancelAsync();
        foreach (Task<IDisposable> one in all.Where(t => t.IsCompletedSuccessfully)) (await one).Dispose();
        return full.RetryAfter!.Value.TotalSeconds;
    }
}
