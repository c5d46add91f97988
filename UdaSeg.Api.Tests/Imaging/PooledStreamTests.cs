using CsCheck;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Imaging;

public sealed class PooledStreamTests
{
    [Fact]
    public void It_holds_what_was_written_however_it_was_written() => Gen.Byte.Array[0, 70_000].Array[0, 6].Sample(pieces =>
    {
        using var stream = new PooledStream();
        for (int i = 0; i < pieces.Length; i++)
        {
            if (pieces[i].Length == 1) stream.WriteByte(pieces[i][0]);
            else if (i % 2 == 0) stream.Write(pieces[i]);
            else stream.Write([0, .. pieces[i], 0], 1, pieces[i].Length);
        }

        byte[] due = [.. pieces.SelectMany(p => p)];
        Assert.Equal(due.Length, stream.Length);
        Assert.Equal(due, stream.Written.ToArray());
    }, iter: 50);

    [Fact]
    public void After_its_end_nothing_is_written()
    {
        var stream = new PooledStream();
        stream.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stream.Write([1]));
    }
}
