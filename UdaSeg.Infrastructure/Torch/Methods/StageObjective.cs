using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods;

/// <summary>What one stage sees and minimises.</summary>
internal abstract class StageObjective : IDisposable
{
    /// <summary>The run's plan, with what this stage sees otherwise: alignment, jitter.</summary>
    public abstract TrainingPlan Plan { get; }

    /// <summary>What stands in for the target's labels; null: batches have no target images.</summary>
    public virtual IPseudoLabelSource? Target => null;

    /// <summary>The share of the last batch's target pixels that had a pseudo-label; null where the stage has none.</summary>
    /// <param name="batch">That <see cref="Losses"/> saw last.</param>
    public virtual double? KeptShare(Batch batch) => Target is null or NoLabels ? null : batch.Target?.KeptShare;

    /// <summary>Where source images and their labels are drawn from.</summary>
    public virtual ISamples SourceOf(StageContext context) => context.Source;

    /// <summary>Where target images and references are drawn from.</summary>
    public virtual ISamples TargetOf(StageContext context) => context.Target;

    /// <summary>What the next iteration depends on beside the network and its momentum: discriminators, their moments, banks.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    /// <summary>The network's loss; called within a dispose scope and followed by its backward pass.</summary>
    public abstract LossTerms Losses(DeepLabV3Plus network, Batch batch);

    /// <summary>After the network's step, in the same dispose scope: whatever else learns.</summary>
    /// <param name="iteration">Within the stage.</param>
    /// <param name="share">Of the base learning rate that the schedule is at.</param>
    /// <returns>Its losses, for the record.</returns>
    public virtual IEnumerable<(string Name, Tensor Value)> Follow(int iteration, double share) => [];

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
