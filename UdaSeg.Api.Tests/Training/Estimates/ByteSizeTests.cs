using UdaSeg.Domain.Training.Estimates;
using Xunit;

namespace UdaSeg.Api.Tests.Training.Estimates;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("1", 1L)]
    [InlineData("123456", 123456L)]
    [InlineData("512B", 512L)]
    [InlineData("24GiB", 25769803776L)]
    [InlineData("24 gib", 25769803776L)]
    [InlineData("11GB", 11000000000L)]
    [InlineData("1.5MiB", 1572864L)]
    [InlineData("2kB", 2000L)]
    [InlineData("2KiB", 2048L)]
    [InlineData("1TB", 1000000000000L)]
    [InlineData("1TiB", 1099511627776L)]
    public void Sizes_are_read(string text, long bytes) => Assert.Equal(bytes, ByteSize.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("0")]
    [InlineData("-1GiB")]
    [InlineData("1e9")]
    [InlineData("1,5GiB")]
    [InlineData("24G")]
    [InlineData("NaN")]
    [InlineData("99999TiB")]
    public void What_is_no_size_is_refused(string text) => Assert.Null(ByteSize.Read(text));
}
