using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Torch.Safetensors;

/// <summary>Reads float32 tensors from a safetensors file and trusts nothing in it: sizes, offsets, overlaps, duplicates and values are checked.</summary>
internal static class SafetensorsReader
{
    /// <summary>Of every refusal.</summary>
    public const string Code = "invalid-safetensors";

    /// <summary>A tenth of the reference implementation's cap: a network of a thousand tensors has 100 KB, and parsing takes ten times the header's memory.</summary>
    private const long MaxHeader = 10_000_000;

    /// <summary>No network here has tensors of more dimensions.</summary>
    private const int MaxDimensions = 8;

    /// <param name="input">Seekable, at the file's start.</param>
    /// <exception cref="RuleViolationException"><c>invalid-safetensors</c> (422), with what is wrong.</exception>
    public static IReadOnlyList<TensorEntry> Read(Stream input) => ReadWithMetadata(input).Tensors;

    /// <inheritdoc cref="Read"/>
    public static (IReadOnlyList<TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata) ReadWithMetadata(Stream input)
    {
        (IReadOnlyList<TensorSlot> slots, IReadOnlyDictionary<string, string> metadata) = ReadHeader(input);
        return ([.. slots.Select(slot => ReadTensor(input, slot))], metadata);
    }

    /// <summary>Checks the whole header against the file's length, and leaves the input at the first value.</summary>
    /// <param name="input">Seekable, at the file's start.</param>
    /// <param name="maxHeader">In bytes.</param>
    /// <returns>The tensors in the order of their values, and the metadata.</returns>
    public static (IReadOnlyList<TensorSlot> Slots, IReadOnlyDictionary<string, string> Metadata) ReadHeader(Stream input, long maxHeader = MaxHeader)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (input.Length < 8) throw Invalid("The file is shorter than its header's length field.");
        input.ReadExactly(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)maxHeader || headerLength > (ulong)(input.Length - 8)) throw Invalid("The header is longer than allowed or than the file.");
        byte[] header = new byte[headerLength];
        input.ReadExactly(header);
        long dataLength = input.Length - 8 - (long)headerLength;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        return (ParseHeader(header, metadata, dataLength), metadata);
    }

    private static List<TensorSlot> ParseHeader(byte[] header, Dictionary<string, string> metadata, long dataLength)
    {
        var slots = new List<TensorSlot>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            if (header.Length == 0 || header[0] != '{') throw Invalid("The header must begin with '{'.");
            using JsonDocument json = JsonDocument.Parse(header);
            foreach (JsonProperty member in json.RootElement.EnumerateObject())
            {
                if (!names.Add(member.Name)) throw Invalid($"'{member.Name}' occurs twice.");
                if (member.Name == "__metadata__")
                {
                    foreach (JsonProperty entry in member.Value.EnumerateObject()) metadata[entry.Name] = entry.Value.GetString() ?? "";
                }
                else
                {
                    slots.Add(ParseSlot(member));
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw Invalid("The header is not the JSON object that the format asks for.", fault);
        }

        slots.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End))); // an empty tensor comes before the one that begins where it lies
        long end = 0;
        foreach (TensorSlot slot in slots)
        {
            if (slot.Begin != end) throw Invalid($"'{slot.Name}' overlaps another tensor or leaves a gap.");
            end = slot.End;
        }

        return end == dataLength ? slots : throw Invalid("The tensors do not cover the file exactly.");
    }

    private static TensorSlot ParseSlot(JsonProperty member)
    {
        string dtype = member.Value.GetProperty("dtype").GetString() ?? "";
        if (dtype is not ("F32" or "I64")) throw Invalid($"'{member.Name}' has the type {dtype}; float32 (F32) is supported.");
        JsonElement sides = member.Value.GetProperty("shape");
        if (sides.GetArrayLength() > MaxDimensions) throw Invalid($"'{member.Name}' has an impossible shape.");
        long[] shape = [.. sides.EnumerateArray().Select(v => v.GetInt64())];
        JsonElement offsets = member.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2) throw Invalid($"'{member.Name}' has no two offsets.");
        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        if (shape.Any(side => side < 0)) throw Invalid($"'{member.Name}' has an impossible shape.");
        long count = shape.Aggregate(1L, (a, b) => checked(a * b));
        int itemSize = dtype == "F32" ? sizeof(float) : sizeof(long);
        if (begin < 0 || end < begin || end - begin != checked(count * itemSize)) throw Invalid($"'{member.Name}' has offsets that do not fit its shape.");
        if (count > Array.MaxLength / sizeof(float)) throw Invalid($"'{member.Name}' is too large.");
        return new TensorSlot(member.Name, shape, begin, end, dtype == "F32");
    }

    /// <summary>Reads the tensor that comes next; call in the header's order.</summary>
    public static TensorEntry ReadTensor(Stream input, TensorSlot slot)
    {
        if (!slot.IsFloat)
        {
            // Only counters such as num_batches_tracked are integers; nothing here uses their values.
            input.Seek(slot.End - slot.Begin, SeekOrigin.Current);
            return new TensorEntry(slot.Name, [0], []);
        }

        var values = new float[(slot.End - slot.Begin) / sizeof(float)];
        input.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) throw Invalid($"'{slot.Name}' contains values that are not finite.");
        }

        return new TensorEntry(slot.Name, slot.Shape, values);
    }

    private static RuleViolationException Invalid(string message, Exception? inner = null) =>
        new(RuleKind.Unusable, Code, message, null, inner);
}
