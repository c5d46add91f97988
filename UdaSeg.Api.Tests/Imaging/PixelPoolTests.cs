using UdaSeg.Domain.Images;
using Xunit;

namespace UdaSeg.Api.Tests.Imaging;

public sealed class PixelPoolTests
{
    [Fact]
    public void A_returned_array_serves_the_next_image_of_its_size_and_of_no_other()
    {
        // Lengths that nothing else asks for.
        byte[] first = PixelPool.Rent<byte>(1_234_567);
        PixelPool.Return(first);
        Assert.NotSame(first, PixelPool.Rent<byte>(1_234_568));
        Assert.Same(first, PixelPool.Rent<byte>(1_234_567));
        Assert.NotSame(first, PixelPool.Rent<byte>(1_234_567)); // it is out
    }

    [Fact]
    public void Small_arrays_and_more_than_its_share_are_left_to_the_collector()
    {
        float[] small = PixelPool.Rent<float>(77);
        PixelPool.Return(small);
        Assert.NotSame(small, PixelPool.Rent<float>(77));

        int length = 40_000_003;
        float[][] large = [.. Enumerable.Range(0, 2).Select(_ => PixelPool.Rent<float>(length))];
        foreach (float[] array in large) PixelPool.Return(array); // 160 MB each
        float[] next = PixelPool.Rent<float>(length);
        Assert.DoesNotContain(large, array => ReferenceEquals(array, next));
    }
}
