using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>Makes engines for a processor by their names.</summary>
internal sealed class EngineFactory(UdaSegSettings settings)
{
    /// <summary>Largest image that engines are tried on: a compromise between likeness to real ones and a start of seconds.</summary>
    private const double TrialPixels = 512 * 256;

    /// <summary>Threads of an engine.</summary>
    public int Threads { get; } = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;

    /// <summary>Where a bf16 product is no faster than a float32 one, its engine is not even tried: it would take most of the time of the trial.</summary>
    public static IEnumerable<string> Candidates()
    {
        IReadOnlyList<string> usable = EngineNames.Usable(ProcessorFaults.HidesCaches);
        return usable.Contains(EngineNames.BFloat16) && BFloat16Speed.Ratio() >= 1 ? usable.Where(name => name != EngineNames.BFloat16) : usable;
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such engine.</exception>
    public IInferenceEngine Make(string name, CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights)
    {
        TorchRuntime.SetThreads(settings.Threads);
        (int, int) size = TrialSize(manifest.BaseSize);
        return name switch
        {
            EngineNames.Winograd => new TorchEngine(manifest, weights, new FusedVariant(ScalarType.Float32, Winograd: true, Threads), size),
            EngineNames.Float32 => new TorchEngine(manifest, weights, new FusedVariant(ScalarType.Float32, Winograd: false, Threads), size),
            EngineNames.BFloat16 => new TorchEngine(manifest, weights, new FusedVariant(ScalarType.BFloat16, Winograd: false, Threads), size),
            EngineNames.Onnx => new OnnxEngine(manifest, weights, Threads),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such engine."),
        };
    }

    /// <param name="size">Of the images that the model was adapted to; null: unknown.</param>
    public static (int Width, int Height) TrialSize(PixelSize? size)
    {
        if (size is null) return (512, 256);
        double factor = Math.Min(1, Math.Sqrt(TrialPixels / ((double)size.Width * size.Height)));
        return (Math.Max(1, (int)(size.Width * factor)), Math.Max(1, (int)(size.Height * factor)));
    }
}
