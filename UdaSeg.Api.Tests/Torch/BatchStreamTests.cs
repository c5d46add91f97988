using UdaSeg.Infrastructure.Torch.Data;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

public sealed class BatchStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Batches_come_in_order_whatever_the_threads_do(int threads)
    {
        int held = 0, most = 0;
        Batch Make(int i)
        {
            int now = Interlocked.Increment(ref held);
            InterlockedMax(ref most, now);
            if (i % 3 == 0) Thread.SpinWait(20_000);
            return new Batch(i, [], [], null);
        }

        using var stream = new BatchStream(Make, 5, 60, threads, depth: 4);
        for (int i = 5; i < 60; i++)
        {
            Assert.Equal(i, stream.Next(CancellationToken.None).Iteration);
            Interlocked.Decrement(ref held);
        }

        Assert.InRange(most, 1, 6);
    }

    [Fact]
    public void A_fault_in_a_thread_reaches_the_consumer()
    {
        using var stream = new BatchStream(i => i == 2 ? throw new InvalidDataException("broken sample") : new Batch(i, [], [], null), 0, 10);
        var fault = Assert.Throws<BatchFaultException>(() =>
        {
            for (int i = 0; i < 10; i++) stream.Next(CancellationToken.None);
        });
        Assert.IsType<InvalidDataException>(fault.InnerException);
    }

    [Fact]
    public void Disposing_early_ends_the_threads()
    {
        int made = 0;
        using (var stream = new BatchStream(i => new Batch(Interlocked.Increment(ref made), [], [], null), 0, 1_000_000, threads: 2, depth: 4))
        {
            stream.Next(CancellationToken.None);
        }

        Assert.InRange(made, 1, 8);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
