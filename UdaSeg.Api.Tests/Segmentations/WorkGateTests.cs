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

    /// <summary>A gate of two workers and one that waits, after requests that took so many seconds one after another.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData(1.0)] // nothing is known yet
    [InlineData(15.0, 10.0)]
    [InlineData(18.0, 10.0, 30.0)] // the mean follows slowly
    [InlineData(60.0, 1000.0)]
    [InlineData(1.0, 0.001)]
    public async Task The_refusal_tells_when_all_that_is_here_will_have_been_done(double expected, params double[] seconds)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        ManualClock clock = new();
        WorkGate gate = new(workers: 2, waiting: 1, clock);
        foreach (double time in seconds)
        {
            using IDisposable pass = await gate.EnterAsync(stop);
            clock.Advance(TimeSpan.FromSeconds(time));
        }

        for (int i = 0; i < 3; i++) _ = gate.EnterAsync(stop);
        RuleViolationException late = await Assert.ThrowsAsync<RuleViolationException>(() => gate.EnterAsync(stop));
        RuleViolationException early = Assert.Throws<RuleViolationException>(gate.ThrowIfFull);
        Assert.Equal(expected, late.RetryAfter!.Value.TotalSeconds, 6);
        Assert.Equal(expected, early.RetryAfter!.Value.TotalSeconds, 6);
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
}
