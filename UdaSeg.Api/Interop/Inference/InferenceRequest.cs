using System.Text.Json;
using System.Text.Json.Serialization;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Api.Interop.Inference;

/// <summary>The JSON of an inference request. Fields that this server has no use for are ignored, as the protocol lets clients add some.</summary>
internal sealed record InferenceRequest
{
    /// <summary>The one input: an encoded image (BYTES), or its pixels (UINT8, height × width × 3).</summary>
    public const string Image = "image";

    /// <summary>An output: class indices, height × width.</summary>
    public const string Labels = "labels";

    /// <summary>An output: the softmax probability of each pixel's class.</summary>
    public const string Confidence = "confidence";

    public const string BinaryOutputs = "binary_data_output";

    public const string BinaryOutput = "binary_data";

    public const string BinarySize = "binary_data_size";

    /// <summary>Given back in the answer.</summary>
    public string? Id { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    public required IReadOnlyList<RequestInput> Inputs { get; init; }

    public IReadOnlyList<RequestOutput>? Outputs { get; init; }

    /// <summary>What is answered, in the order asked for; all there is when nothing was asked for.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, bool Binary)> Wanted
    {
        get
        {
            bool binary = Flag(Parameters, BinaryOutputs) ?? false;
            return Outputs is { Count: > 0 } asked
                ? [.. asked.Select(o => (o.Name, Flag(o.Parameters, BinaryOutput) ?? binary))]
                : [(Labels, binary), (Confidence, binary)];
        }
    }

    [JsonIgnore]
    public SegmentationParts Parts => Wanted.Any(o => o.Name == Confidence) ? SegmentationParts.Confidence : SegmentationParts.Labels;

    private static bool? Flag(IReadOnlyDictionary<string, JsonElement>? parameters, string name) =>
        parameters?.TryGetValue(name, out JsonElement value) == true && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;
}

/// <summary>An input tensor; its data are here, or behind the JSON when <c>binary_data_size</c> tells how many bytes they are.</summary>
internal sealed record RequestInput
{
    public required string Name { get; init; }

    public required IReadOnlyList<long> Shape { get; init; }

    [JsonPropertyName("datatype")]
    public required string DataType { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    public TensorData? Data { get; init; }
}

internal sealed record RequestOutput
{
    public required string Name { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }
}
