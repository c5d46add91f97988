using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>What a process does that tries an engine: <c>try-engine --checkpoint {id} --engine {name}</c>. If native code kills it, only it dies.</summary>
internal sealed class EngineCommand(CheckpointStore checkpoints, IArtifactStore artifacts, EngineFactory factory)
{
    /// <returns>See <see cref="TrainerExit"/>: finished, or failed because the engine cannot compute the network.</returns>
    public int Run(Guid checkpointId, string engine, TextWriter errors)
    {
        try
        {
            if (checkpoints.Find(checkpointId) is not { } checkpoint) return TrainerExit.Lost;
            CheckpointManifest manifest = checkpoint.Manifest;
            using IInferenceEngine tried = factory.Make(engine, manifest, CheckpointLoading.ReadWeights(checkpoint, artifacts));
            EngineTrial.WarmUp(tried, EngineFactory.TrialSize(manifest.BaseSize));
            return TrainerExit.Finished;
        }
        catch (Exception fault)
        {
            errors.WriteLine(fault);
            return TrainerExit.Failed;
        }
    }
}
