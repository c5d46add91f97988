using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace UdaSeg.Api.Tests.Support;

/// <summary>Reads the published format by its description alone, as a client without our code would: what it refuses, the Python package would refuse.</summary>
internal static class MinimalSafetensors
{
    /// <returns>By name: the type, the shape, and the raw little-endian bytes.</returns>
    public static (Dictionary<string, (string Type, int[] Shape, byte[] Bytes)> Tensors, Dictionary<string, string> Metadata) Read(byte[] file)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length > 100_000_000 || 8 + length > (ulong)file.Length) throw new InvalidDataException("header length");
        string header = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file, 8, (int)length);
        if (header[0] != '{') throw new InvalidDataException("header start");
        int start = 8 + (int)length;
        var tensors = new Dictionary<string, (string, int[], byte[])>();
        var metadata = new Dictionary<string, string>();
        var ranges = new List<(int Begin, int End)>();
        foreach (JsonProperty entry in JsonElement.Parse(header).EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (JsonProperty pair in entry.Value.EnumerateObject())
                {
                    if (pair.Value.ValueKind != JsonValueKind.String) throw new InvalidDataException("metadata holds strings only");
                    metadata.Add(pair.Name, pair.Value.GetString()!);
                }

                continue;
            }

            string[] members = [.. entry.Value.EnumerateObject().Select(m => m.Name).Order()];
            if (!members.SequenceEqual(["data_offsets", "dtype", "shape"])) throw new InvalidDataException("members of " + entry.Name);
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())];
            int begin = entry.Value.GetProperty("data_offsets")[0].GetInt32(), end = entry.Value.GetProperty("data_offsets")[1].GetInt32();
            int size = entry.Value.Text("dtype") switch { "F32" => 4, "I64" => 8, _ => throw new InvalidDataException("type of " + entry.Name) };
            if (end - begin != shape.Aggregate(size, (a, b) => a * b)) throw new InvalidDataException("size of " + entry.Name);
            if (begin < 0 || start + end > file.Length) throw new InvalidDataException("range of " + entry.Name);
            ranges.Add((begin, end));
            tensors.Add(entry.Name, (entry.Value.Text("dtype")!, shape, file[(start + begin)..(start + end)]));
        }

        int at = 0;
        foreach ((int begin, int end) in ranges.Order())
        {
            if (begin != at) throw new InvalidDataException("gap or overlap");
            at = end;
        }

        return start + at == file.Length ? (tensors, metadata) : throw new InvalidDataException("bytes left over");
    }

    public static float[] Floats(byte[] bytes) =>
        [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i)))];
}
