using System.Text;
using CsCheck;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Torch.Safetensors;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

public sealed class SafetensorsTests
{
    [Fact]
    public void What_is_written_is_read() => Gen.Select(Gen.Int[0, 3], Gen.Int[1, 4]).Array[1, 5].Sample(shapes =>
    {
        TensorEntry[] tensors =
        [
            .. shapes.Select((s, i) => new TensorEntry($"t{i}.weight", [.. Enumerable.Repeat((long)s.Item2, s.Item1)], [.. Enumerable.Range(0, (int)Math.Pow(s.Item2, s.Item1)).Select(v => v - 1.5f)])),
        ];
        using var file = new MemoryStream();
        SafetensorsWriter.Write(file, tensors, new Dictionary<string, string> { ["b"] = "2", ["a"] = "ä" });
        file.Position = 0;
        (IReadOnlyList<TensorEntry> read, IReadOnlyDictionary<string, string> metadata) = SafetensorsReader.ReadWithMetadata(file);
        Assert.Equal("ä", metadata["a"]);
        Assert.Equal(tensors.Length, read.Count);
        foreach ((TensorEntry expected, TensorEntry actual) in tensors.Zip(read))
        {
            Assert.Equal(expected.Name, actual.Name);
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.Values, actual.Values);
        }
    });

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        using var file = new MemoryStream();
        SafetensorsWriter.Write(file, [new TensorEntry("w", [2], [1f, -2f])]);
        byte[] bytes = file.ToArray();
        int header = (int)BitConverter.ToUInt64(bytes);
        Assert.Equal(0, (8 + header) % 8);
        Assert.Equal("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", Encoding.UTF8.GetString(bytes, 8, header).TrimEnd());
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], bytes[^8..]);
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 8)] // shape and offsets differ
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"v":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12)] // overlap
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)] // gap
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8)] // bytes that no tensor owns
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 8)] // beyond the file
    [InlineData("""{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"w":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)] // doubled name
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4)] // backwards
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4.5]}}""", 4)]
    [InlineData("""{"w":{"dtype":"F32","shape":[0,9223372036854775807,9223372036854775807],"data_offsets":[9223372036854775807,9223372036854775807]}}""", 0)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4)] // nine dimensions
    [InlineData("""{"w":{"dtype":null,"shape":{},"data_offsets":"0"}}""", 4)]
    [InlineData("""{"__metadata__":{"a":1}}""", 0)]
    [InlineData("""["w"]""", 0)]
    [InlineData("""{"w":""", 0)]
    [InlineData("""{"w":{"shape":[1]}}""", 4)]
    public void A_header_that_lies_is_refused(string header, int dataLength) => Refused(File(header, new byte[dataLength]));

    [Fact]
    public void A_header_longer_than_the_file_or_the_cap_is_refused()
    {
        Refused([1, 2, 3]);
        Refused([.. BitConverter.GetBytes(1_000UL), .. "{}"u8]);
        Refused([.. BitConverter.GetBytes(ulong.MaxValue), .. "{}"u8]);
        Refused([.. BitConverter.GetBytes(1UL << 63), .. "{}"u8]);
        Refused(File("{" + new string(' ', 10_000_000) + "}", [])); // as long as it says, and longer than any network's
    }

    [Fact]
    public void A_header_that_is_nested_deeply_is_refused_and_no_stack_overflows()
    {
        Refused(File("""{"w":""" + new string('[', 1_000_000), []));
        Refused(File($$$"""{"__metadata__":{{{string.Concat(Enumerable.Repeat("{\"a\":", 100_000))}}}""", []));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_that_are_not_finite_are_refused(float value) =>
        Refused(File("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", BitConverter.GetBytes(value)));

    private static byte[] File(string header, byte[] data) => [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. data];

    private static void Refused(byte[] file) =>
        Assert.Equal("invalid-safetensors", Assert.Throws<RuleViolationException>(() => SafetensorsReader.Read(new MemoryStream(file))).Code);
}
