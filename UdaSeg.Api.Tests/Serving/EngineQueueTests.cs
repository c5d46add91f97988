using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Serving.Engines;
using Xunit;

namespace UdaSeg.Api.Tests.Serving;

public sealed class EngineQueueTests
{
    [Fact]
    public async Task Everyone_gets_the_answer_to_the_image_that_was_sent_and_the_engine_one_call_at_a_time()
    {
        var engine = new FakeInferenceEngine("fake");
        using var queue = new EngineQueue(engine, maxBatch: 3);
        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => Task.Run(() => Assert.Equal(i, Ask(queue, Image((byte)i, width: 1 + (i % 2)))))));
        Assert.False(engine.Overlapped);
        Assert.Equal(200, engine.Batches.Sum());
        Assert.All(engine.Batches, count => Assert.InRange(count, 1, 3));
    }

    [Fact]
    public async Task Images_of_one_size_that_wait_together_go_through_together()
    {
        using var started = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var engine = new FakeInferenceEngine("fake") { During = _ => { started.Set(); go.Wait(TestContext.Current.CancellationToken); } };
        using var queue = new EngineQueue(engine, maxBatch: 3);
        var asked = new List<Task> { Task.Run(() => Ask(queue, Image(1)), TestContext.Current.CancellationToken) };
        started.Wait(TestContext.Current.CancellationToken);
        foreach ((byte value, int width) in (ReadOnlySpan<(byte, int)>)[(2, 1), (3, 2), (4, 1), (5, 1), (6, 1)])
        {
            int before = queue.Waiting;
            asked.Add(Task.Factory.StartNew(() => Assert.Equal(value, Ask(queue, Image(value, width))), TaskCreationOptions.LongRunning));
            SpinWait.SpinUntil(() => queue.Waiting > before);
        }

        go.Set();
        await Task.WhenAll(asked);
        Assert.Equal([1, 3, 1, 1], engine.Batches); // 1; 2, 4 and 5; 3, which is wider; 6
    }

    [Fact]
    public void A_fault_is_told_to_those_who_asked_and_to_nobody_after()
    {
        var engine = new FakeInferenceEngine("fake") { During = images => { if (images[0].Pixels[0] == 13) throw new InvalidOperationException("thirteen"); } };
        using var queue = new EngineQueue(engine, maxBatch: 1);
        Assert.Equal("thirteen", Assert.Throws<EngineFaultException>(() => Ask(queue, Image(13))).Message);
        Assert.Equal(14, Ask(queue, Image(14)));
    }

    [Fact]
    public void A_disposed_queue_takes_nothing_and_has_disposed_its_engine()
    {
        var engine = new FakeInferenceEngine("fake");
        var queue = new EngineQueue(engine, maxBatch: 1);
        queue.Dispose();
        Assert.True(engine.Disposed);
        Assert.Throws<ObjectDisposedException>(() => queue.Run(Image(1)));
    }

    private static RgbImage Image(byte value, int width = 1) => new(width, 1, [.. Enumerable.Repeat(value, 3 * width)]);

    private static int Ask(EngineQueue queue, RgbImage image)
    {
        using LogitShare share = queue.Run(image);
        return (int)share.Grid.Row(share.Index, 1, 0)[0];
    }
}
