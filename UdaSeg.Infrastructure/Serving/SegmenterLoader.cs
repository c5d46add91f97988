using Microsoft.Extensions.Logging;
using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving;

/// <summary>Loads checkpoints from the artifact store into the engine that is fastest here, by measurement once a kind of network.</summary>
internal sealed class SegmenterLoader(
    IArtifactStore artifacts, UdaSegSettings settings, EngineFactory factory, IEngineCheck check, EngineMemory memory, ILogger<SegmenterLoader> log) : ISegmenterLoader
{
    public ISegmenter Load(Checkpoint checkpoint)
    {
        Device device = TorchRuntime.DeviceOf(settings.Device);
        if (device.type == DeviceType.CUDA)
        {
            var engine = new DeviceEngine(checkpoint.Manifest, CheckpointLoading.Load(checkpoint, artifacts, device), device);
            return new Segmenter(checkpoint.Manifest, engine, EngineTrial.Batch, factory.Threads);
        }

        (IInferenceEngine loaded, EngineChoice choice) = Engine(checkpoint, CheckpointLoading.ReadWeights(checkpoint, artifacts));
        log.LogInformation("Checkpoint {Checkpoint} is served by {Engine}", checkpoint.Id, choice.Engine);
        GC.Collect(); // the weights as they were read, up to hundreds of megabytes that a server at rest would keep for hours
        return new Segmenter(checkpoint.Manifest, loaded, choice.MaxBatch, factory.Threads);
    }

    private (IInferenceEngine Engine, EngineChoice Choice) Engine(Checkpoint checkpoint, IReadOnlyList<TensorEntry> weights)
    {
        CheckpointManifest manifest = checkpoint.Manifest;
        (int, int) size = EngineFactory.TrialSize(manifest.BaseSize);
        string key = EngineMemory.KeyOf(manifest.Architecture, factory.Threads);
        EngineChoice? known = settings.Engine == EngineNames.Auto ? memory.Find(key) : new EngineChoice(settings.Engine, 1, new Dictionary<string, double>());
        if (known is not null && EngineNames.Usable(ProcessorFaults.HidesCaches).Contains(known.Engine))
        {
            IInferenceEngine engine = factory.Make(known.Engine, manifest, weights);
            EngineTrial.WarmUp(engine, size);
            return (engine, known);
        }

        if (settings.Engine != EngineNames.Auto) log.LogWarning("The engine {Engine} gives wrong results on this processor, which hides its caches", settings.Engine);
        (IInferenceEngine best, EngineChoice choice) = EngineTrial.Run(
            EngineFactory.Candidates().Where(name => check.Survives(checkpoint, name))
                .Select(name => (name, (Func<IInferenceEngine>)(() => factory.Make(name, manifest, weights)))),
            size,
            (name, fault) => log.LogWarning(fault, "The engine {Engine} does not work here", name));
        log.LogInformation("Measured for {Backbone}: {Times}; batches of {Batch}", manifest.Architecture.Backbone, Told(choice), choice.MaxBatch);
        memory.Remember(key, choice);
        return (best, choice);
    }

    private static string Told(EngineChoice choice) => string.Join(", ", choice.Milliseconds.Select(m => $"{m.Key} {m.Value:0.0} ms"));
}
