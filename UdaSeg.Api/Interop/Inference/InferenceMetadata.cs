using System.Reflection;
using System.Text.Json.Serialization;
using UdaSeg.Domain.Checkpoints;

namespace UdaSeg.Api.Interop.Inference;

/// <summary>What the server is and can, in the protocol's words.</summary>
internal sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions)
{
    /// <summary>Only what works is named.</summary>
    public static ServerMetadata Current { get; } = new("udaseg", Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0", ["binary_tensor_data"]);
}

/// <summary>A model's tensors, in the protocol's words.</summary>
internal sealed record ModelMetadata(
    string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs)
{
    /// <param name="name">As the client wrote it: an alias or a checkpoint's id.</param>
    /// <param name="model">What the name means at present; its id is the version.</param>
    public static ModelMetadata Of(string name, Checkpoint model) => new(
        name,
        [model.Id.ToString()],
        "udaseg_safetensors",
        [new TensorMetadata(InferenceRequest.Image, TensorTypes.Bytes, [1])],
        [new TensorMetadata(InferenceRequest.Labels, TensorTypes.UInt8, [-1, -1]), new TensorMetadata(InferenceRequest.Confidence, TensorTypes.Float, [-1, -1])]);
}

/// <param name="Name">Of the tensor.</param>
/// <param name="DataType">One of <see cref="TensorTypes"/>.</param>
/// <param name="Shape">-1 where a dimension varies.</param>
internal sealed record TensorMetadata(string Name, [property: JsonPropertyName("datatype")] string DataType, IReadOnlyList<long> Shape);

/// <summary>The protocol's names of element types.</summary>
internal static class TensorTypes
{
    public const string Bytes = "BYTES";
    public const string UInt8 = "UINT8";
    public const string Float = "FP32";
}

internal sealed record ServerLive(bool Live);

/// <summary>The protocol's text calls the field <c>live</c> here too, its reference server <c>ready</c>: both are there.</summary>
internal sealed record ServerReady(bool Live, bool Ready);

internal sealed record ModelReady(string Name, bool Ready);

/// <summary>The protocol's form of every error.</summary>
internal sealed record InferenceError(string Error);
