using System.Text.Json;

namespace UdaSeg.Api.Tests.SelfTraining;

/// <summary>The golden values of pseudo-labels, centres, triplet loss and evaluation.</summary>
internal static class GoldenTraining
{
    public static readonly JsonElement Root =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "training.json"))).RootElement;

    public static int[] Ints(this JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];

    public static byte[] Bytes(this JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetByte())];

    public static float[] Floats(this JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetSingle())];

    public static double?[] Numbers(this JsonElement array) =>
        [.. array.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? (double?)null : v.GetDouble())];
}
