using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>Turns the network at a stage's end into a checkpoint with its manifest.</summary>
internal sealed class CheckpointPublisher(StageContext context, TimeProvider clock)
{
    private byte[]? _targetStyle;

    /// <param name="stage">Whose output it is.</param>
    /// <param name="chosen">The iteration that the network holds, and its evaluation.</param>
    public Checkpoint Publish(int stage, ChosenModel chosen)
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
                BaseSize = job.Plan.BaseSize.Target,
                Origin = new CheckpointOrigin(job.RunId, stage, chosen.Iteration),
                Selection = job.Plan.Selection == ModelSelection.Oracle ? ModelSelection.Oracle : null,
                TargetStyle = _targetStyle,
                Digest = digest,
                CreatedAt = now,
                Metrics = chosen.Report?.Miou is { } miou ? new Dictionary<string, double> { ["miou"] = miou } : [],
            },
            context.Artifacts.WeightsKey(stage),
            bytes,
            now));
    }
}
