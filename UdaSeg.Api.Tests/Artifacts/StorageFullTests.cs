using UdaSeg.Infrastructure.Artifacts;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

public sealed class StorageFullTests
{
    [Fact]
    public void A_device_that_is_full_is_told_from_other_faults_at_any_depth()
    {
        Exception full = Assert.ThrowsAny<IOException>(() =>
        {
            using var device = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            device.WriteByte(1);
        });
        Assert.True(StorageFull.Is(full));
        Assert.True(StorageFull.Is(new InvalidOperationException("", full)));
        Assert.True(StorageFull.Is(new AggregateException(new InvalidOperationException(), new IOException("", full))));
    }

    [Theory]
    [InlineData(27, true)]
    [InlineData(28, true)]
    [InlineData(122, true)]
    [InlineData(5, false)]
    [InlineData(unchecked((int)0x80131620), false)]
    public void The_code_tells(int code, bool full) => Assert.Equal(full, StorageFull.Is(new IOException("", code)));

    [Fact]
    public void Other_faults_are_other_faults()
    {
        Assert.False(StorageFull.Is(new FileNotFoundException()));
        Assert.False(StorageFull.Is(new InvalidOperationException("", new AggregateException(new IOException()))));
    }
}
