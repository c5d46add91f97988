using System.Text.Json.Serialization;

namespace UdaSeg.Domain.Training;

/// <summary>What the network computes in while it trains. Parameters, momentum, losses and stored models are float32 in any case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Precision>))]
public enum Precision
{
    [JsonStringEnumMemberName("float32")] Float32,

    /// <summary>Convolutions and what follows them in bfloat16 (mixed precision): faster where there are matrix units for it, slower elsewhere.</summary>
    [JsonStringEnumMemberName("bf16")] BFloat16,
}

/// <summary>
/// Whether activations and convolution weights lie in memory with their channels innermost. The results differ by rounding, and by the places that dropout
/// draws, which it draws in the order of memory.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChannelsLastMode>))]
public enum ChannelsLastMode
{
    /// <summary>What was measured to be faster for the backbone, the precision and the device.</summary>
    [JsonStringEnumMemberName("auto")] Auto,
    [JsonStringEnumMemberName("on")] On,
    [JsonStringEnumMemberName("off")] Off,
}

/// <summary>How the arithmetic is done, at the same method: speed against the last digits.</summary>
/// <param name="Precision">Of the network's activations in training.</param>
/// <param name="ChannelsLast">Storage of activations and weights.</param>
/// <param name="Tf32">On CUDA: float32 products with ten bits of mantissa. Without effect on a processor.</param>
public sealed record ComputeSettings(
    Precision Precision = Precision.Float32, ChannelsLastMode ChannelsLast = ChannelsLastMode.Auto, bool Tf32 = false);
