using Microsoft.Extensions.Logging;
using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving;

/// <summary>Loads checkpoints from the artifact store into the engine that is fastest here, by measurement once a kind of network.</summary>
internal sealed class SegmenterLoader(IArtifactStore artifacts, UdaSegSettings settings, EngineMemory memory, ILogger<SegmenterLoader> log) : ISegmenterLoader
{
    /// <summary>Largest image that engines are measured on: a compromise between likeness to real ones and a start of seconds.</summary>
    private const double TrialPixels = 512 * 256;

    private readonly int _threads = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;

    public ISegmenter Load(Checkpoint checkpoint)
    {
        Device device = TorchRuntime.DeviceOf(settings.Device);
        if (device.type == DeviceType.CUDA)
        {
            var engine = new DeviceEngine(checkpoint.Manifest, CheckpointLoading.Load(checkpoint, artifacts, device), device);
            return new Segmenter(checkpoint.Manifest, engine, EngineTrial.Batch, _threads);
        }

        TorchRuntime.SetThreads(settings.Threads);
        (IInferenceEngine loaded, EngineChoice choice) = Engine(checkpoint.Manifest, CheckpointLoading.ReadWeights(checkpoint, artifacts));
        log.LogInformation("Checkpoint {Checkpoint} is served by {Engine}", checkpoint.Id, choice.Engine);
        GC.Collect(); // the weights as they were read, up to hundreds of megabytes that a server at rest would keep for hours
        return new Segmenter(checkpoint.Manifest, loaded, choice.MaxBatch, _threads);
    }

    private (IInferenceEngine Engine, EngineChoice Choice) Engine(CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights)
    {
        (int Width, int Height) size = TrialSize(manifest.BaseSize);
        string key = EngineMemory.KeyOf(manifest.Architecture, _threads);
        EngineChoice? known = settings.Engine == EngineNames.Auto ? memory.Find(key) : new EngineChoice(settings.Engine, 1, new Dictionary<string, double>());
        if (known is not null && EngineNames.OnProcessor.Contains(known.Engine))
        {
            IInferenceEngine engine = Make(known.Engine, manifest, weights, size);
            EngineTrial.WarmUp(engine, size);
            return (engine, known);
        }

        (IInferenceEngine best, EngineChoice choice) = EngineTrial.Run(
            Candidates().Select(name => (name, (Func<IInferenceEngine>)(() => Make(name, manifest, weights, size)))),
            size,
            (name, fault) => log.LogWarning(fault, "The engine {Engine} does not work here", name));
        log.LogInformation("Measured for {Backbone}: {Times}; batches of {Batch}", manifest.Architecture.Backbone, Told(choice), choice.MaxBatch);
        memory.Remember(key, choice);
        return (best, choice);
    }

    /// <summary>Where a bf16 product is no faster than a float32 one, its engine is not even tried: it would take most of the time of the trial.</summary>
    private static IEnumerable<string> Candidates() =>
        BFloat16Speed.Ratio() < 1 ? EngineNames.OnProcessor : EngineNames.OnProcessor.Where(name => name != EngineNames.BFloat16);

    private IInferenceEngine Make(string name, CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights, (int Width, int Height) size) => name switch
    {
        EngineNames.Winograd => new TorchEngine(manifest, weights, new FusedVariant(ScalarType.Float32, Winograd: true, _threads), size),
        EngineNames.BFloat16 => new TorchEngine(manifest, weights, new FusedVariant(ScalarType.BFloat16, Winograd: false, _threads), size),
        EngineNames.Onnx => new OnnxEngine(manifest, weights, _threads),
        _ => new TorchEngine(manifest, weights, new FusedVariant(ScalarType.Float32, Winograd: false, _threads), size),
    };

    private static (int Width, int Height) TrialSize(PixelSize? size)
    {
        if (size is null) return (512, 256);
        double factor = Math.Min(1, Math.Sqrt(TrialPixels / ((double)size.Width * size.Height)));
        return (Math.Max(1, (int)(size.Width * factor)), Math.Max(1, (int)(size.Height * factor)));
    }

    private static string Told(EngineChoice choice) => string.Join(", ", choice.Milliseconds.Select(m => $"{m.Key} {m.Value:0.0} ms"));
}
