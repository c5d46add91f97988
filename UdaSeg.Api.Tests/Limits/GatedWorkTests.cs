using UdaSeg.Api.Requests;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Errors;
using Xunit;

namespace UdaSeg.Api.Tests.Limits;

public sealed class GatedWorkTests
{
    private readonly WorkGate _gate = new(workers: 1, waiting: 0);
    private readonly Owned _held = new(), _result = new();

    [Fact(Timeout = 30_000)]
    public async Task What_is_held_goes_when_the_work_has_ended_and_the_result_is_the_caller_s()
    {
        Owned got = await _gate.RunAsync(_held, new ServerTiming(TestMeter.Unread, "segment"), () => _held.Disposed ? throw new ObjectDisposedException("") : _result, TestContext.Current.CancellationToken);

        Assert.Same(_result, got);
        Assert.Equal((true, false, 0), (_held.Disposed, _result.Disposed, _gate.Active));
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_stops_waiting_is_let_go_at_once_and_the_work_cleans_up_when_it_ends()
    {
        using ManualResetEventSlim begun = new(), end = new();
        using CancellationTokenSource gone = new();
        Task<Owned> running = _gate.RunAsync(_held, new ServerTiming(TestMeter.Unread, "segment"), () => Wait(begun, end), gone.Token);
        begun.Wait(TestContext.Current.CancellationToken);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal((false, 1), (_held.Disposed, _gate.Active));

        end.Set();
        await Support.Eventually.Get(() => (_held.Disposed, _result.Disposed, _gate.Active), seen => seen == (true, true, 0));
    }

    [Fact(Timeout = 30_000)]
    public async Task What_fails_frees_everything()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _gate.RunAsync<Owned>(_held, new ServerTiming(TestMeter.Unread, "segment"), () => throw new InvalidOperationException(), TestContext.Current.CancellationToken));
        Assert.Equal((true, 0), (_held.Disposed, _gate.Active));
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_turned_away_frees_what_it_held()
    {
        using IDisposable other = await _gate.EnterAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<RuleViolationException>(() => _gate.RunAsync(_held, new ServerTiming(TestMeter.Unread, "segment"), () => _result, TestContext.Current.CancellationToken));
        Assert.True(_held.Disposed);
    }

    [Fact]
    public async Task Held_bytes_outlive_their_disposal_until_the_last_hold_goes()
    {
        PooledBytes bytes = await PooledBytes.ReadAsync(new MemoryStream([1, 2, 3]), 3, TestContext.Current.CancellationToken);
        IDisposable one = bytes.Hold(), two = bytes.Hold();
        bytes.Dispose();
        bytes.Dispose();
        one.Dispose();
        one.Dispose();
        Assert.Equal([1, 2, 3], bytes.Span.ToArray());
        two.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => bytes.Span.Length);
    }

    private Owned Wait(ManualResetEventSlim begun, ManualResetEventSlim end)
    {
        begun.Set();
        end.Wait();
        return _result;
    }

    private sealed class Owned : IDisposable
    {
        private volatile bool _disposed;

        public bool Disposed => _disposed;

        public void Dispose() => _disposed = true;
    }
}
