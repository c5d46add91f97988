namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>What serves a kind of network on this machine.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="MaxBatch">Images that go through it at a time: more than one only where that was measured to pay.</param>
/// <param name="Milliseconds">Of one image of the size that was measured, by engine.</param>
internal sealed record EngineChoice(string Engine, int MaxBatch, IReadOnlyDictionary<string, double> Milliseconds);

/// <summary>The names of engines, as settings and answers have them.</summary>
internal static class EngineNames
{
    public const string Auto = "auto";
    public const string Winograd = "torch-winograd";
    public const string Float32 = "torch-float32";
    public const string BFloat16 = "torch-bf16";
    public const string Onnx = "onnxruntime";
    public const string Cuda = "torch-cuda";

    /// <summary>Those that run on a processor, in the order in which they are tried.</summary>
    public static IReadOnlyList<string> OnProcessor { get; } = [Winograd, Float32, BFloat16, Onnx];

    /// <param name="hidesCaches">Then torch's fused convolutions are wrong or end the process; ONNX Runtime has its own.</param>
    public static IReadOnlyList<string> Usable(bool hidesCaches) => hidesCaches ? [Onnx] : OnProcessor;
}
