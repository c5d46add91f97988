using System.Runtime.InteropServices;
using System.Text.Json;

namespace UdaSeg.Infrastructure.Torch.Safetensors;

/// <summary>Writes float32 tensors in the safetensors format: header length (8 bytes, little-endian), JSON header, raw values without gaps.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Same tensors, same bytes: names in the order given, no time stamps.</summary>
    public static void Write(Stream output, IReadOnlyList<TensorEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        byte[] header = Header(tensors, metadata);
        output.Write(BitConverter.GetBytes((ulong)header.Length));
        output.Write(header);
        foreach (TensorEntry tensor in tensors) output.Write(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
    }

    private static byte[] Header(IReadOnlyList<TensorEntry> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach (TensorEntry tensor in tensors)
            {
                long count = tensor.Shape.Aggregate(1L, (a, b) => checked(a * b));
                if (count != tensor.Values.Length) throw new ArgumentException($"{tensor.Name}: {tensor.Values.Length} values do not fill its shape.", nameof(tensors));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (long side in tensor.Shape) json.WriteNumberValue(side);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += count * sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Values start at a multiple of 8: the format asks for it, and readers map the file.
        int padding = (int)((8 - (buffer.Length % 8)) % 8);
        for (int i = 0; i < padding; i++) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }
}
