using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>Turns the network at a stage's end into a checkpoint with its manifest.</summary>
internal sealed class CheckpointPublisher(StageContext context, TimeProvider clock)
{
    private byte[]? _targetStyle;

    public Checkpoint Publish(int stage, EvaluationReport? report)
    {
        TrainingJob job = context.Job;
        _targetStyle ??= StyleProfile.Average([.. Enumerable.Range(0, context.Target.Count).Select(context.Target.Style)]).ToBytes();
        DateTimeOffset now = clock.GetUtcNow();
        return context.Artifacts.Publish(NetworkWeights.Capture(NetworkState.Of(context.Network)), stage, (digest, bytes) => new Checkpoint(
            Guid.CreateVersion7(now),
            new CheckpointManifest
            {
                Name = $"{job.Name} · stage {stage}",
                Architecture = CheckpointArchitecture.Of(job.Plan.Network),
                LabelSpace = job.LabelSpace,
                Normalisation = Normalisation.Of(job.Plan.Network.Normalisation),
                Origin = new CheckpointOrigin(job.RunId, stage, context.Before(stage + 1)),
                TargetStyle = _targetStyle,
                Digest = digest,
                CreatedAt = now,
                Metrics = report?.Miou is { } miou ? new Dictionary<string, double> { ["miou"] = miou } : [],
            },
            context.Artifacts.WeightsKey(stage),
            bytes,
            now));
    }
}
