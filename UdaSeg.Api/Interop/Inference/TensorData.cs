using System.Text.Json;
using System.Text.Json.Serialization;

namespace UdaSeg.Api.Interop.Inference;

/// <summary>A tensor's elements from JSON, flat or nested: bytes from numbers 0..255, or whole byte strings from base64.</summary>
/// <param name="Numbers">Empty when there were strings.</param>
/// <param name="Strings">Empty when there were numbers.</param>
[JsonConverter(typeof(TensorDataConverter))]
internal sealed record TensorData(ReadOnlyMemory<byte> Numbers, IReadOnlyList<byte[]> Strings);

/// <summary>Reads the numbers as they come: a document of millions of nodes would be ten times the text's size.</summary>
internal sealed class TensorDataConverter : JsonConverter<TensorData>
{
    public override TensorData Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
        MemoryStream numbers = new();
        List<byte[]> strings = [];
        for (int depth = 1; depth > 0;)
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    depth++;
                    break;
                case JsonTokenType.EndArray:
                    depth--;
                    break;
                case JsonTokenType.Number when strings.Count == 0 && reader.TryGetByte(out byte value):
                    numbers.WriteByte(value);
                    break;
                case JsonTokenType.String when numbers.Length == 0 && reader.TryGetBytesFromBase64(out byte[]? bytes):
                    strings.Add(bytes);
                    break;
                default:
                    throw new JsonException();
            }
        }

        return new TensorData(numbers.GetBuffer().AsMemory(0, (int)numbers.Length), strings);
    }

    public override void Write(Utf8JsonWriter writer, TensorData value, JsonSerializerOptions options) => throw new NotSupportedException();
}
