using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Serving;
using Xunit;

namespace UdaSeg.Api.Tests.Segmentations;

public sealed class SegmenterPoolTests
{
    private readonly StripeLoader _loader = new();
    private readonly SegmenterPool _pool;

    public SegmenterPoolTests() => _pool = new SegmenterPool(_loader, (_, _) => Task.FromResult<Checkpoint?>(null), capacity: 2);

    [Fact]
    public async Task A_model_is_loaded_once_however_many_ask_at_the_same_time()
    {
        Checkpoint checkpoint = TestCheckpoints.Create();
        _loader.Open.Reset();
        Task<SegmenterLease>[] asked =
            [.. Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() => _pool.Rent(checkpoint), TaskCreationOptions.LongRunning))];
        _loader.Open.Set();
        SegmenterLease[] leases = await Task.WhenAll(asked);

        Assert.Equal(1, _loader.Loads);
        Assert.Single(leases.Select(l => l.Segmenter).Distinct());
    }

    [Fact]
    public void The_least_recently_used_model_goes_first()
    {
        Checkpoint[] checkpoints = [TestCheckpoints.Create(), TestCheckpoints.Create(), TestCheckpoints.Create()];
        _pool.Rent(checkpoints[0]).Dispose();
        _pool.Rent(checkpoints[1]).Dispose();
        _pool.Rent(checkpoints[0]).Dispose();
        _pool.Rent(checkpoints[2]).Dispose();

        Assert.Equal(new HashSet<Guid> { checkpoints[0].Id, checkpoints[2].Id }, _pool.Loaded.ToHashSet());
        Assert.Equal([false, true, false], _loader.Loaded.Select(s => s.Disposed));
    }

    [Fact]
    public void Weights_beyond_the_budget_go_too_and_a_model_that_exceeds_it_alone_is_served()
    {
        var pool = new SegmenterPool(_loader, (_, _) => Task.FromResult<Checkpoint?>(null), capacity: 10, maxBytes: 100);
        Checkpoint[] checkpoints = [.. Enumerable.Range(0, 4).Select(_ => TestCheckpoints.Create())];
        foreach ((Checkpoint checkpoint, long bytes) in checkpoints.Zip([40L, 50, 30, 1000]))
        {
            _loader.Bytes = bytes;
            pool.Rent(checkpoint).Dispose();
            if (bytes == 50) Assert.Equal(2, pool.Loaded.Count);
            if (bytes == 30) Assert.Equal(new HashSet<Guid> { checkpoints[1].Id, checkpoints[2].Id }, pool.Loaded.ToHashSet());
        }

        Assert.Equal([checkpoints[3].Id], pool.Loaded);
        Assert.Equal([true, true, true, false], _loader.Loaded.Select(s => s.Disposed));
    }

    [Fact]
    public void A_model_in_use_is_disposed_only_after_its_last_lease()
    {
        Checkpoint checkpoint = TestCheckpoints.Create();
        SegmenterLease first = _pool.Rent(checkpoint), second = _pool.Rent(checkpoint);
        _pool.Evict(checkpoint.Id);
        first.Dispose();
        first.Dispose(); // a second time counts for nothing
        Assert.False(_loader.Loaded[0].Disposed);

        second.Dispose();
        Assert.True(_loader.Loaded[0].Disposed);
    }

    [Fact]
    public void A_failed_load_says_so_keeps_the_others_and_is_tried_again()
    {
        Checkpoint good = TestCheckpoints.Create(), bad = TestCheckpoints.Create();
        _pool.Rent(good).Dispose();
        _loader.Fault = new IOException("/srv/secret is gone");

        RuleViolationException fault = Assert.Throws<RuleViolationException>(() => _pool.Rent(bad));
        Assert.Equal((RuleKind.Unusable, "checkpoint-unloadable"), (fault.Kind, fault.Code));
        Assert.DoesNotContain("secret", fault.Message);
        Assert.Equal([good.Id], _pool.Loaded);

        _loader.Fault = null;
        _pool.Rent(bad).Dispose();
        Assert.Equal(3, _loader.Loads);
    }

    [Fact]
    public void Disposing_the_pool_disposes_idle_models_at_once_and_others_when_they_come_back()
    {
        _pool.Rent(TestCheckpoints.Create()).Dispose();
        SegmenterLease lease = _pool.Rent(TestCheckpoints.Create());
        _pool.Dispose();
        Assert.Equal([true, false], _loader.Loaded.Select(s => s.Disposed));

        lease.Dispose();
        Assert.True(_loader.Loaded[1].Disposed);
    }

    [Fact]
    public async Task Without_a_model_the_answer_says_what_to_do()
    {
        RuleViolationException fault = await Assert.ThrowsAsync<RuleViolationException>(
            () => _pool.ResolveAsync("default", TestContext.Current.CancellationToken));

        Assert.Equal((RuleKind.NotFound, "checkpoint-not-found"), (fault.Kind, fault.Code));
        Assert.Contains("no model yet", fault.Message);
    }
}
